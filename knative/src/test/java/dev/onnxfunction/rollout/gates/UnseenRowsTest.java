package dev.onnxfunction.rollout.gates;

import static dev.onnxfunction.rollout.gates.EvaluationCase.FILE;
import static dev.onnxfunction.rollout.gates.EvaluationCase.LIVE;
import static dev.onnxfunction.rollout.gates.EvaluationCase.ROWS;
import static dev.onnxfunction.rollout.gates.EvaluationCase.error;
import static dev.onnxfunction.rollout.gates.EvaluationCase.function;
import static dev.onnxfunction.rollout.gates.EvaluationCase.limits;
import static dev.onnxfunction.rollout.gates.EvaluationCase.seen;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onnxfunction.rollout.gates.rows.EvaluationException;
import dev.onnxfunction.rollout.testing.FakeIngress.FakeFunction;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** The gate on rows that no model was trained on, by their fingerprints. */
class UnseenRowsTest {

    @AutoClose private final EvaluationRun run = new EvaluationRun();

    static Stream<EvaluationCase> cases() throws IOException {
        FakeFunction better = function("2", i -> error(i) / 2);
        String one = seen(0, 1);
        String some = seen(0, 40);
        String all = seen(0, ROWS);
        return Stream.of(
                EvaluationCase.of(
                        "one that was trained on all rows",
                        LIVE.trainedOn(one),
                        better.trainedOn(all),
                        "unseen rows",
                        "Of the 120 rows of .*rows.csv, the live model was trained on 1 and the"
                                + " candidate on 120. 0 left, but at least 50 different ones",
                        "unseen rows +saw 1 of 120 +saw 120 of 120 +≥ 50 +FAILED: 0 left"),
                EvaluationCase.of(
                        "both were trained on some rows",
                        LIVE.trainedOn(some),
                        better.trainedOn(seen(30, 60)),
                        "",
                        "unseen rows +saw 40 of 120 +saw 30 of 120 +≥ 50 +passed: 60 left"),
                EvaluationCase.of(
                        "one whose rows are not known, while live's are",
                        LIVE.trainedOn(some),
                        better,
                        "unseen rows",
                        "Its card has no fingerprint of its training rows, but live's has one",
                        "unseen rows +saw 40 of 120 +no fingerprint +≥ 50 +FAILED: 80 left"),
                new EvaluationCase(
                        "the same, where that is accepted",
                        FILE,
                        LIVE.trainedOn(some),
                        better,
                        limits(true, false),
                        "",
                        List.of(
                                "unseen rows +saw 40 of 120 +no fingerprint +≥ 50 +unknown: 80"
                                        + " left")),
                EvaluationCase.of(
                        "one whose rows are known, while live's are not",
                        LIVE,
                        better.trainedOn(some),
                        "",
                        "unseen rows +no fingerprint +saw 40 of 120 +≥ 50 +unknown: 80 left"),
                EvaluationCase.of(
                        "a damaged fingerprint",
                        LIVE,
                        better.trainedOn(all.replace("\"hashes\":8", "\"hashes\":80")),
                        "evaluation",
                        "fingerprint of the candidate model's training rows is damaged: its"
                                + " 'hashes'"),
                new EvaluationCase(
                        "an evaluation without a column of the fingerprint",
                        FILE.replaceFirst("z", "zz"),
                        LIVE,
                        better.trainedOn(some),
                        limits(false, false),
                        "evaluation",
                        List.of(
                                "rows.csv has no column 'z', but x, town, zz, y. A model's"
                                        + " fingerprint")),
                new EvaluationCase(
                        "copies of two rows",
                        "x,town,z,y\n" + "1,a,1,2\n2.0,b,2,4\n".repeat(40),
                        LIVE,
                        better,
                        limits(false, false),
                        "unseen rows",
                        List.of("2, and 78 copies of them, left, but at least 50 different ones")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theFirstGateThatIsNotPassedStopsTheCandidate(EvaluationCase expected) throws Exception {
        run.check(expected);
    }

    @Test
    void anEvaluationThatLacksAColumnOfLivesFingerprintIsRefusedBeforeThereIsACandidate()
            throws Exception {
        run.serveLive(LIVE.trainedOn(seen(0, 9)));
        String file = FILE.replaceFirst("z", "zz");

        assertThatThrownBy(
                        () ->
                                run.sequence(file, limits(false, false), null)
                                        .check(run.client("live")))
                .isInstanceOf(EvaluationException.class)
                .hasMessageContaining(
                        "rows.csv has no column 'z', but x, town, zz, y. A model's finger");
    }

    @Test
    void anEvaluationThatLiveHasSeenIsRefusedBeforeThereIsACandidate() throws Exception {
        run.serveLive(LIVE.trainedOn(seen(0, 71)));

        assertThatThrownBy(
                        () ->
                                run.sequence(FILE, limits(false, false), null)
                                        .check(run.client("live")))
                .isInstanceOf(EvaluationException.class)
                .hasMessageContaining(
                        "rows.csv, the live model was trained on 71. 49 different ones are left,"
                            + " but at least 50 are needed. Evaluate on rows that were held out");

        run.serveLive(LIVE.trainedOn(seen(0, 70)));
        run.sequence(FILE, limits(false, false), null).check(run.client("live"));
    }
}
