package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Element;
import dev.onnxfunction.testing.Project;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Models to explain, and what tests check on explanations. */
final class Explained {

    private static final JsonMapper JSON = JsonMapper.shared();

    /** Rows with the columns a, b and c. */
    static final double[][] BACKGROUND = {
        {1, 2, 3}, {-2, 0.5, 1}, {0.25, -1, 4}, {3, 3, -2}, {1.5, -0.5, 0}
    };

    static final double[] ROW = {2, -3, 1.25};

    static final Path EXAMPLES = Project.TRAINING.resolve("examples");

    private Explained() {}

    /**
     * Writes a model of a × b + c.
     *
     * @param background JSON of the rows on its card; null for a card without them
     */
    static Path product(@Nullable String background, Path folder) {
        return graph().node("Mul", "a b", "ab")
                .node("Add", "ab c", "y")
                .card(card(background))
                .write(folder);
    }

    /** A graph with the inputs a, b and c and the output y, still without nodes. */
    static OnnxGraph graph() {
        return new OnnxGraph()
                .input("a", Element.DOUBLE, OnnxGraph.N, 1)
                .input("b", Element.DOUBLE, OnnxGraph.N, 1)
                .input("c", Element.DOUBLE, OnnxGraph.N, 1)
                .output("y", Element.DOUBLE, OnnxGraph.N, 1);
    }

    /**
     * A card of a, b and c.
     *
     * @param background JSON of rows; null for none
     */
    static String card(@Nullable String background) {
        return """
        {"name": "m", "version": "1", "target": {"name": "y"}, "features": [
         {"name": "a", "type": "double", "min": -9, "max": 9, "mean": 1, "missing": "allowed"},
         {"name": "b", "type": "double", "min": -9, "max": 9, "mean": 1},
         {"name": "c", "type": "double", "min": -9, "max": 9, "mean": 1}]%s}
        """
                .formatted(background == null ? "" : ", \"background\": " + background);
    }

    /** {@link #BACKGROUND} as JSON. */
    static String background() {
        return JSON.writeValueAsString(BACKGROUND);
    }

    /** A row of a, b and c as JSON. */
    static String row(double... values) {
        return "{\"a\":%s,\"b\":%s,\"c\":%s}".formatted(values[0], values[1], values[2]);
    }

    /** An array of the first rows, as JSON. */
    static String firstOf(JsonNode rows, int count) {
        List<String> first = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            first.add(rows.get(i).toString());
        }
        return first.toString();
    }

    /** Asserts that a request succeeded, and returns its body. */
    static JsonNode ok(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    /**
     * Asserts that base and contributions add up to the prediction.
     *
     * @param tolerance relative to the largest of them
     */
    static void assertAddsUp(JsonNode explanation, double tolerance) {
        double predict = explanation.get("predict").asDouble();
        double sum = explanation.get("base").asDouble();
        double largest = Math.max(Math.abs(predict), Math.abs(sum));
        for (JsonNode contribution : explanation.get("contributions")) {
            sum += contribution.asDouble();
            largest = Math.max(largest, Math.abs(contribution.asDouble()));
        }
        assertThat(sum).isCloseTo(predict, within(tolerance * largest));
    }
}
