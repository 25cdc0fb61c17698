package dev.onnxfunction.examples.compose;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = "server.address=127.0.0.1")
@Tag("slow")
class ComposeApplicationTest {

    /** The example of the model's card, without the crime rate. */
    private static final String HOUSE =
            """
            {"town": "%s", "ZN": 18.0, "INDUS": 2.31, "CHAS": 0.0, "NOX": 0.538, "RM": 6.575, "AGE": 65.2,
             "DIS": 4.09, "RAD": 1.0, "TAX": 296.0, "PTRATIO": 15.3, "B": 396.9, "LSTAT": 4.98}
            """;

    @LocalServerPort private int port;

    @Test
    void aRowGoesThroughTheFunction() throws Exception {
        HttpResponse<String> answer = predict(HOUSE.formatted("Nahant"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).startsWith("{\"status\":\"ok\",\"predict\":29.80673285033054,");
    }

    @Test
    void soDoesEachOfAnArray() throws Exception {
        String array = "[" + HOUSE.formatted("Nahant") + "," + HOUSE.formatted("Lynn") + "]";

        assertThat(predict(array).body())
                .startsWith("[{\"status\":\"ok\",\"predict\":29.80673285033054,")
                .contains("},{\"status\":\"ok\",\"predict\":29.7");
    }

    @Test
    void aFaultHasItsRow() throws Exception {
        HttpResponse<String> answer =
                predict("[" + HOUSE.formatted("Nahant") + "," + HOUSE.formatted("Atlantis") + "]");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .contains(
                        "\"errors\":[{\"row\":1,\"problem\":\"the function enrich refuses it: the"
                                + " town is not known\"}]");
    }

    private HttpResponse<String> predict(String json) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/predict"))
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(json))
                                .build(),
                        BodyHandlers.ofString());
    }
}
