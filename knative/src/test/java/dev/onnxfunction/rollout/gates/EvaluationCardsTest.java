package dev.onnxfunction.rollout.gates;

import static dev.onnxfunction.rollout.gates.EvaluationCase.CARD;
import static dev.onnxfunction.rollout.gates.EvaluationCase.FILE;
import static dev.onnxfunction.rollout.gates.EvaluationCase.LIVE;
import static dev.onnxfunction.rollout.gates.EvaluationCase.error;
import static dev.onnxfunction.rollout.gates.EvaluationCase.function;
import static dev.onnxfunction.rollout.gates.EvaluationCase.limits;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;

import dev.onnxfunction.rollout.testing.FakeIngress.FakeFunction;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.stream.Stream;

/** What the cards of both models say, compared with each other and with labelled rows. */
class EvaluationCardsTest {

    @AutoClose private final EvaluationRun run = new EvaluationRun();

    /** A card with a second feature that may be missing. */
    private static String optional(String version, String feature) {
        return CARD.formatted(version, feature, "string")
                .replace("\"string\"", "\"string\", \"missing\": \"allowed\"");
    }

    /** A card with a range of x. */
    private static String ranged(String version, double min, double max) {
        return CARD.formatted(version, "town", "string")
                .replace("\"double\"", "\"double\", \"min\": %s, \"max\": %s".formatted(min, max));
    }

    private static String unit(String version, String unit) {
        return CARD.formatted(version, "town", "string")
                .replace("\"y\"", "\"y\", \"unit\": \"%s\"".formatted(unit));
    }

    private static String heldOut(double rmse) {
        return CARD.formatted("2", "town", "string")
                .replaceFirst("\\{", "{\"held_out\": {\"rmse\": %s},".formatted(rmse));
    }

    static Stream<EvaluationCase> cases() {
        FakeFunction same = function("2", i -> error(i));
        FakeFunction better = function("2", i -> error(i) / 2);
        return Stream.of(
                EvaluationCase.of(
                        "another target, which it predicts well",
                        LIVE,
                        FakeFunction.of("m@2", row -> row.path("x").asInt() % 7)
                                .describedBy(
                                        CARD.formatted("2", "town", "string")
                                                .replace("\"y\"", "\"z\"")),
                        "evaluation",
                        "The candidate predicts 'z' and live 'y', so their errors cannot be"
                                + " compared"),
                EvaluationCase.of(
                        "one that takes the true value",
                        LIVE,
                        FakeFunction.of("m@2", row -> row.path("y").asInt())
                                .describedBy(CARD.formatted("2", "y", "double")),
                        "evaluation",
                        "The candidate takes 'y', which is the true value in .*rows.csv"),
                EvaluationCase.of(
                        "another feature",
                        LIVE,
                        better.describedBy(CARD.formatted("2", "z", "int64")),
                        "",
                        "features +2 +2, without town, with z"),
                EvaluationCase.of(
                        "a feature that the evaluation does not have",
                        LIVE,
                        better.describedBy(CARD.formatted("2", "zone", "string")),
                        "evaluation",
                        "rows.csv has no column 'zone', but x, town, z, y. The model needs it."),
                EvaluationCase.of(
                        "a feature of live that may be missing and that the evaluation lacks",
                        LIVE.describedBy(optional("1", "zone")),
                        better,
                        "evaluation",
                        "rows.csv has no column 'zone', but x, town, z, y. The model takes it. Add"
                                + " the column, with empty cells where it is missing."),
                EvaluationCase.of(
                        "a feature that may no longer be missing",
                        LIVE.describedBy(optional("1", "town")),
                        better,
                        "",
                        "features +2 +2, now required: town +passed"),
                EvaluationCase.of(
                        "a feature that takes other values",
                        LIVE.describedBy(CARD.formatted("1", "z", "int64")),
                        better.describedBy(CARD.formatted("2", "z", "string")),
                        "",
                        "features +2 +2, of another type: z +passed"),
                EvaluationCase.of(
                        "a card whose range is so wide that nothing is warned of",
                        LIVE.describedBy(ranged("1", 0, 500)),
                        better.describedBy(ranged("2", -1e9, 1e9)),
                        "",
                        "features +2 +2, 10 times as wide: x +passed"),
                EvaluationCase.of(
                        "a card whose range is so narrow that most values are warned of",
                        LIVE.describedBy(ranged("1", 0, 500)),
                        better.describedBy(ranged("2", 0, 49)),
                        "",
                        "features +2 +2, 10 times as narrow: x +passed"),
                EvaluationCase.of(
                        "another unit of the target",
                        LIVE.describedBy(unit("1", "USD")),
                        better.describedBy(unit("2", "1000 USD")),
                        "",
                        "unit +USD +1000 USD +unknown: differs"),
                EvaluationCase.of(
                        "a card that declares another error than it has",
                        LIVE,
                        better.describedBy(heldOut(0.1)),
                        "",
                        "RMSE on card +0.1000 +unknown: measured: 0.35"),
                EvaluationCase.of(
                        "a card that declares about the error that it has",
                        LIVE,
                        better.describedBy(heldOut(0.4)),
                        "",
                        "RMSE .*\\ngroup"),
                EvaluationCase.of(
                        "the same features in another order",
                        LIVE,
                        same.describedBy(
                                CARD.formatted("2", "town", "string")
                                        .replaceFirst("\\[(.*), (\\{.*)]", "[$2, $1]")),
                        "",
                        "features +2 +2, in another order +passed"),
                EvaluationCase.of(
                        "a feature of another type",
                        LIVE,
                        better.describedBy(CARD.formatted("2", "town", "double")),
                        "evaluation",
                        "rows.csv, row 1, column 'town': 'a' is not a number. Correct the cell"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theFirstGateThatIsNotPassedStopsTheCandidate(EvaluationCase expected) throws Exception {
        run.check(expected);
    }

    @Test
    void eachModelIsAskedWithWhatItTakes() throws Exception {
        FakeFunction live = function("1", i -> error(i));
        FakeFunction other =
                function("2", i -> error(i)).describedBy(CARD.formatted("2", "z", "int64"));
        run.serve(live, other);

        run.ask(run.sequence(FILE, limits(false, false), null), true);

        assertThat(live.asked().peek()).hasToString("{\"x\":1,\"town\":\"a\"}");
        assertThat(other.asked().peek()).hasToString("{\"x\":1,\"z\":1}");
    }

    @Test
    void parityRowsOfAnotherModelAreNotAsked() throws Exception {
        ParityRows parity =
                new ParityRows("m@7", List.of(new TextNode("no row")), List.of(1.0), null);
        run.serve(LIVE, function("2", i -> error(i)));

        String said = run.ask(run.sequence(FILE, limits(false, false), parity), true);

        assertThat(run.stopping()).as(said).isEmpty();
        assertThat(said).containsPattern("parity +not tested +unknown: the rows are those of m@7");
    }
}
