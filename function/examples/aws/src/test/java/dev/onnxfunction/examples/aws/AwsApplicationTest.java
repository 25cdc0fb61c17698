package dev.onnxfunction.examples.aws;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.function.adapter.aws.FunctionInvoker;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Calls the handler as AWS Lambda does, with events of API Gateway. */
@Tag("slow")
class AwsApplicationTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    private static final String HOUSE =
            """
            {"CRIM": 0.00632, "ZN": 18.0, "INDUS": 2.31, "CHAS": 0.0, "NOX": 0.538, "RM": 6.575, "AGE": 65.2,
             "DIS": 4.09, "RAD": 1.0, "TAX": 296.0, "PTRATIO": 15.3, "B": 396.9, "LSTAT": 4.98}
            """;

    private static FunctionInvoker handler;

    @BeforeAll
    static void start() {
        System.setProperty("MAIN_CLASS", AwsApplication.class.getName());
        handler = new FunctionInvoker();
    }

    @Test
    void aRowIsPredicted() throws Exception {
        JsonNode answer = call(HOUSE, false);

        assertThat(answer.get("statusCode").asInt()).isEqualTo(200);
        assertThat(answer.at("/headers/Content-Type").asString()).isEqualTo("application/json");
        assertThat(answer.get("body").asString())
                .startsWith("{\"status\":\"ok\",\"predict\":29.80673285033054,");
    }

    @Test
    void soIsAnArrayInBase64() throws Exception {
        byte[] array = ("[" + HOUSE + "," + HOUSE + "]").getBytes(StandardCharsets.UTF_8);

        assertThat(
                        JSON.readTree(
                                call(Base64.getEncoder().encodeToString(array), true)
                                        .get("body")
                                        .asString()))
                .hasSize(2)
                .allMatch(prediction -> prediction.get("predict").asDouble() == 29.80673285033054);
    }

    @Test
    void aFaultIsAProblemWithItsRow() throws Exception {
        JsonNode answer = call("[" + HOUSE + "," + HOUSE.replace("6.575", "\"6\"") + "]", false);

        assertThat(answer.get("statusCode").asInt()).isEqualTo(400);
        assertThat(answer.at("/headers/Content-Type").asString())
                .isEqualTo("application/problem+json");
        assertThat(answer.get("body").asString())
                .contains(
                        "{\"row\":1,\"feature\":\"RM\",\"problem\":\"is a string, must be a"
                                + " number\"}");
    }

    /** A header named payload would replace the body of a function of maps. */
    private static JsonNode call(String body, boolean base64) throws IOException {
        ObjectNode event =
                JSON.createObjectNode().put("version", "2.0").put("routeKey", "POST /predict");
        event.putObject("headers").put("content-type", "application/json").put("payload", "{}");
        event.put("body", body).put("isBase64Encoded", base64);
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        handler.handleRequest(
                new ByteArrayInputStream(JSON.writeValueAsBytes(event)), answer, null);
        return JSON.readTree(answer.toByteArray());
    }
}
