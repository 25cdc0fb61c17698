package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.TestedServer;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.http.HttpResponse;

/** Every server supports the protocols of other model servers. */
@Tag(TestedServer.IMAGE)
class OtherProtocolsTest {

    private static final String INSTANCES = "{\"instances\":[" + Boston.example() + "]}";

    private static RunningFunction function;

    @BeforeAll
    static void start() {
        function = RunningFunction.shared();
    }

    @ParameterizedTest
    @CsvSource({"/v1/models/boston-house-prices:predict", "/invocations"})
    void instancesArePredicted(String path) {
        HttpResponse<String> response = function.post(path, INSTANCES);

        assertThat(response.body()).isEqualTo("{\"predictions\":[29.80673285033054]}");
        assertThat(function.post(path, "{\"instances\":7}").statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"/v2/health/ready", "/v1/models/boston-house-prices", "/ping"})
    void probesAnswer(String path) {
        assertThat(function.get(path).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"/v2/models/other/infer, 404", "/v2/models/boston-house-prices/infer, 400"})
    void aRefusalIsAnErrorOfTheProtocol(String path, int status) {
        HttpResponse<String> response = function.post(path, "{\"inputs\":[]}");

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).startsWith("{\"error\":\"");
    }
}
