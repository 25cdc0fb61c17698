package dev.onnxfunction.rollout.gates;

import static dev.onnxfunction.rollout.gates.EvaluationCase.LIVE;
import static dev.onnxfunction.rollout.gates.EvaluationCase.error;
import static dev.onnxfunction.rollout.gates.EvaluationCase.function;
import static dev.onnxfunction.rollout.gates.EvaluationCase.prediction;

import com.fasterxml.jackson.databind.JsonNode;

import dev.onnxfunction.rollout.testing.FakeIngress.FakeFunction;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.function.Function;
import java.util.stream.Stream;

/** Candidates that predict as live does, and explain otherwise. */
class ExplanationGateTest {

    private static final FakeFunction LIVE_EXPLAINS = LIVE.explaining(row -> explained(row, 0, 0));
    private static final FakeFunction SAME = function("2", i -> error(i));

    @AutoClose private final EvaluationRun run = new EvaluationRun();

    /**
     * An explanation.
     *
     * @param more than the prediction, which is explained
     * @param missing from the sum
     */
    private static String explained(JsonNode row, double more, double missing) {
        double predict = prediction(row, i -> error(i)) + more;
        return "{\"base\": 121, \"predict\": %s, \"contributions\": {\"x\": %s, \"town\": 7}}"
                .formatted(predict, predict - 128 - missing);
    }

    private static EvaluationCase candidate(
            String name, Function<JsonNode, String> explain, String gate, String... said) {
        return EvaluationCase.of(name, LIVE_EXPLAINS, SAME.explaining(explain), gate, said);
    }

    static Stream<EvaluationCase> cases() {
        return Stream.of(
                candidate(
                        "one that explains as live does",
                        row -> explained(row, 0, 0),
                        "",
                        "explanations +0 of 50 wrong +0 +passed"),
                candidate(
                        "one that fails for rows that are mixed with the background",
                        row ->
                                row.path("x").asInt() > 60
                                        ? "{\"title\": \"Prediction failed\", \"status\": 422}"
                                        : explained(row, 0, 0),
                        "explanations",
                        "explanations +25 of 50 wrong +0 +FAILED",
                        "It explains 25 of 50 rows of .*rows.csv wrongly or not at all: for one of"
                                + " them, it answers 422 Prediction failed."),
                candidate(
                        "one that fails for all rows but every sixth",
                        row ->
                                row.path("x").asInt() % 6 != 1
                                        ? "{\"title\": \"Prediction failed\", \"status\": 422}"
                                        : explained(row, 0, 0),
                        "explanations",
                        "explanations +\\d\\d of 50 wrong +0 +FAILED"),
                candidate(
                        "one that fails and has a feature with the name of that refusal",
                        _ ->
                                "{\"title\": \"Prediction failed\", \"status\": 422, \"errors\":"
                                        + " [{\"feature\": \"No background\"}]}",
                        "explanations",
                        "explanations +50 of 50 wrong +0 +FAILED",
                        "it answers 422 Prediction failed .No background.\\."),
                candidate(
                        "one whose contributions do not add up",
                        row -> explained(row, 0, 1),
                        "explanations",
                        "50 of 50 wrong +0 +FAILED",
                        "base and contributions add up to \\S+, but it predicts"),
                candidate(
                        "one that explains another prediction",
                        row -> explained(row, 5, 0),
                        "explanations",
                        "it explains the prediction \\S+, but predicts"),
                candidate(
                        "one whose explanations are none",
                        _ -> "{\"base\": 1}",
                        "explanations",
                        "it answers ..base.:1."),
                candidate(
                        "one without a background",
                        _ -> "{\"title\": \"No background\", \"status\": 422}",
                        "",
                        "explanations +none +unknown: its card has no background"),
                EvaluationCase.of(
                        "one that cannot be compared with live",
                        LIVE,
                        SAME.explaining(row -> explained(row, 0, 1)),
                        "",
                        "explanations +none +not tested +unknown: live explains no row"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aCandidateThatExplainsWorseThanLiveIsRefused(EvaluationCase expected) throws Exception {
        run.check(expected);
    }
}
