package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.TestedServer;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.net.http.HttpResponse;

/** Served predictions equal those of scikit-learn at the time of the export. */
@Tag(TestedServer.IMAGE)
class ParityTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final double TOLERANCE = 1e-9;

    private static RunningFunction function;
    private static final JsonNode PARITY = Boston.parity();

    @BeforeAll
    static void start() {
        function = RunningFunction.shared();
    }

    @Test
    void everyRowAloneIsPredictedAsScikitLearnDoes() {
        assertThat(PARITY.get("rows")).hasSize(506);
        for (int row = 0; row < PARITY.get("rows").size(); row++) {
            HttpResponse<String> response =
                    function.predict(PARITY.get("rows").get(row).toString());
            assertThat(response.statusCode()).isEqualTo(200);
            assertPredicts(JSON.readTree(response.body()), row);
        }
    }

    @Test
    void allRowsTogetherArePredictedAsScikitLearnDoes() {
        HttpResponse<String> response = function.predict(PARITY.get("rows").toString());

        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode predictions = JSON.readTree(response.body());
        assertThat(predictions).hasSize(506);
        for (int row = 0; row < predictions.size(); row++) {
            assertPredicts(predictions.get(row), row);
        }
    }

    @Test
    void theRowOfTheArticleIsPredicted() {
        JsonNode prediction = JSON.readTree(function.predict(Boston.example().toString()).body());

        assertThat(prediction.get("status").asString()).isEqualTo("ok");
        assertThat(prediction.get("predict").asDouble()).isCloseTo(29.80673285033, within(1e-10));
    }

    private static void assertPredicts(JsonNode prediction, int row) {
        double expected = PARITY.get("predictions").get(row).asDouble();
        assertThat(prediction.get("predict").asDouble())
                .as("row %d", row)
                .isCloseTo(expected, within(Math.abs(expected) * TOLERANCE));
        assertThat(prediction.get("model").asString()).isEqualTo(PARITY.get("model").asString());
        assertThat(prediction.get("interval").get(0).asDouble()).isLessThan(expected);
        assertThat(prediction.get("interval").get(1).asDouble()).isGreaterThan(expected);
    }
}
