package dev.onnxfunction.examples.cloudevents;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = "server.address=127.0.0.1")
@Tag("slow")
class CloudEventsApplicationTest {

    private static final String HOUSE =
            """
            {"CRIM": 0.00632, "ZN": 18.0, "INDUS": 2.31, "CHAS": 0.0, "NOX": 0.538, "RM": 6.575, "AGE": 65.2,
             "DIS": 4.09, "RAD": 1.0, "TAX": 296.0, "PTRATIO": 15.3, "B": 396.9, "LSTAT": 4.98}
            """;

    private static final String PREDICTION = "{\"status\":\"ok\",\"predict\":29.80673285033054,";

    @LocalServerPort private int port;

    @Test
    void anEventInBinaryMode() throws Exception {
        HttpResponse<String> answer = send(binary(HOUSE));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        HttpHeaders headers = answer.headers();
        assertThat(headers.firstValue("ce-specversion")).contains("1.0");
        assertThat(headers.firstValue("ce-type")).contains("dev.onnxfunction.prediction");
        assertThat(headers.firstValue("ce-subject")).contains("house-1");
        assertThat(headers.firstValue("ce-source").orElseThrow())
                .startsWith("/models/boston-house-prices@");
        assertThat(headers.firstValue("content-type")).contains("application/json");
        assertThat(answer.body()).startsWith(PREDICTION);
    }

    @Test
    void anEventInStructuredMode() throws Exception {
        String event =
                """
                {"specversion": "1.0", "id": "house-1", "source": "/test", "type": "house",
                 "datacontenttype": "application/json", "data": [%s, %s]}
                """
                        .formatted(HOUSE, HOUSE);
        HttpResponse<String> answer =
                send(request(event).header("Content-Type", "application/cloudevents+json"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type"))
                .contains("application/cloudevents+json");
        JsonNode predictions = JsonMapper.shared().readTree(answer.body());
        assertThat(predictions.get("specversion").asString()).isEqualTo("1.0");
        assertThat(predictions.get("type").asString()).isEqualTo("dev.onnxfunction.prediction");
        assertThat(predictions.get("subject").asString()).isEqualTo("house-1");
        assertThat(predictions.get("data")).hasSize(2);
        assertThat(predictions.at("/data/1").toString()).startsWith(PREDICTION);
    }

    @Test
    void aFaultIsAProblemWithItsRow() throws Exception {
        HttpResponse<String> answer =
                send(binary("[" + HOUSE + "," + HOUSE.replace("6.575", "null") + "]"));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("content-type"))
                .contains("application/problem+json");
        assertThat(answer.body())
                .contains(
                        "{\"row\":1,\"feature\":\"RM\",\"problem\":\"is null, must be a number\"}");
    }

    private HttpRequest.Builder binary(String data) {
        return request(data)
                .header("Content-Type", "application/json")
                .header("ce-specversion", "1.0")
                .header("ce-id", "house-1")
                .header("ce-source", "/test")
                .header("ce-type", "house");
    }

    private HttpRequest.Builder request(String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/events"))
                .POST(BodyPublishers.ofString(body));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }
}
