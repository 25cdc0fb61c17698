package dev.onnxfunction.rollout.gates.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.stream.IntStream;

/** Expected values are SciPy's: roots, in r, of {@code ttest_1samp(c**2 - r*r*l**2, 0)} = 0.05. */
class PairedErrorsTest {

    private static final double[] LIVE = {1, -2, 0.5, 1.5, -1, 0.25, 2.5, -0.75};
    private static final double[] CANDIDATE = {1.5, -1.5, 1, 2, -0.5, 0.75, 3, -1.25};

    @Test
    void theRatioHasTheIntervalThatThePairedTestDoesNotReject() {
        ErrorRatio ratio = errors(LIVE, CANDIDATE).ratio();

        assertThat(ratio.estimate()).isCloseTo(1.1652139619982986, within(1e-12));
        assertThat(ratio.lower()).isCloseTo(0.7170992102353313, within(1e-12));
        assertThat(ratio.upper()).isCloseTo(2.3768535345815534, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"1, 0.104623107730022", "1.1, 0.28899405953461915", "1.2, 1"})
    void thePValueIsThatOfThePairedTest(double ratio, double expected) {
        assertThat(errors(LIVE, CANDIDATE).pBeyond(ratio)).isCloseTo(expected, within(1e-12));
    }

    @Test
    void oneErrorThatIsLargerThanAllOthersBoundsNothingFromAbove() {
        ErrorRatio ratio =
                errors(new double[] {0.1, 0.1, 0.1, 9}, new double[] {2, 2.2, 1.9, 2.1}).ratio();

        assertThat(ratio.estimate()).isCloseTo(0.4561480952315964, within(1e-12));
        assertThat(ratio.lower()).isCloseTo(0.22572481051962026, within(1e-12));
        assertThat(ratio.upper()).isInfinite();
    }

    @Test
    void copiesOfRowsSayNoMoreThanOneOfThem() {
        double[] live = IntStream.range(0, 24).mapToDouble(i -> LIVE[i % 8]).toArray();
        double[] candidate = IntStream.range(0, 24).mapToDouble(i -> CANDIDATE[i % 8]).toArray();
        int[] copies = IntStream.range(0, 24).map(i -> i % 8).toArray();
        PairedErrors errors = PairedErrors.of(live, candidate, new double[24], copies);

        assertThat(errors.rows()).isEqualTo(24);
        assertThat(errors.observations()).isEqualTo(8);
        assertThat(errors.ratio().upper()).isCloseTo(2.3768535345815534, within(1e-12));
        assertThat(errors.liveRmse()).isCloseTo(errors(LIVE, CANDIDATE).liveRmse(), within(1e-12));
    }

    @Test
    void aRowWithCopiesWeighsAsManyRows() {
        double[] live = {1, -2, -2, -2, 0.5, 1.5, -1, 0.25, 2.5, -0.75};
        double[] candidate = {1.5, -1.5, -1.5, -1.5, 1, 2, -0.5, 0.75, 3, -1.25};
        ErrorRatio ratio =
                PairedErrors.of(
                                live,
                                candidate,
                                new double[10],
                                new int[] {0, 1, 1, 1, 2, 3, 4, 5, 6, 7})
                        .ratio();

        assertThat(ratio.estimate()).isCloseTo(1.0419028252798834, within(1e-12));
        assertThat(ratio.lower()).isCloseTo(0.7411328596394385, within(1e-12));
    }

    @Test
    void identicalPredictionsHaveTheRatioOne() {
        assertThat(errors(LIVE, LIVE).ratio()).isEqualTo(new ErrorRatio(1, 1, 1));
        assertThat(errors(new double[5], new double[5]).ratio()).isEqualTo(new ErrorRatio(1, 1, 1));
        assertThat(errors(LIVE, LIVE).pBeyond(1)).isOne();
    }

    @Test
    void whereLiveMakesNoErrorAnyErrorIsInfinitelyWorse() {
        double[] none = new double[8];

        ErrorRatio often = errors(none, new double[] {1, 1, 1, 2, 1, 1, 1, 1}).ratio();
        assertThat(often.lower()).isInfinite();
        assertThat(often.isBeyond(1.05)).isTrue();

        ErrorRatio once = errors(none, new double[] {0, 0, 0, 2, 0, 0, 0, 0}).ratio();
        assertThat(once.estimate()).isInfinite();
        assertThat(once.lower()).isZero();
        assertThat(once.isBeyond(1.05)).isFalse();
        assertThat(once.isWithin(1.05)).isFalse();
    }

    @Test
    void whereTheCandidateMakesNoErrorItIsWithinAnyLimit() {
        ErrorRatio ratio = errors(LIVE, new double[8]).ratio();

        assertThat(ratio).isEqualTo(new ErrorRatio(0, 0, 0));
        assertThat(ratio.isWithin(0.01)).isTrue();
    }

    @Test
    void noSquareOverflows() {
        PairedErrors errors = errors(new double[] {1e300, -1e308, 1}, new double[] {1e308, 2, 3});

        assertThat(errors.liveRmse()).isCloseTo(1e308 / Math.sqrt(3), within(1e295));
        assertThat(errors.ratio().estimate()).isCloseTo(1, within(1e-9));
    }

    @Test
    void aGroupIsComparedOnItsOwn() {
        PairedErrors group = errors(LIVE, CANDIDATE).of(new int[] {1, 4});

        assertThat(group.rows()).isEqualTo(2);
        assertThat(group.liveRmse()).isCloseTo(Math.sqrt(5 / 2.0), within(1e-12));
        assertThat(group.candidateRmse()).isCloseTo(Math.sqrt(2.5 / 2.0), within(1e-12));
    }

    private static PairedErrors errors(double[] live, double[] candidate) {
        int[] observations = IntStream.range(0, live.length).toArray();
        return PairedErrors.of(live, candidate, new double[live.length], observations);
    }
}
