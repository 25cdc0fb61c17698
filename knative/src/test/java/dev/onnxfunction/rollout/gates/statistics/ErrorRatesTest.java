package dev.onnxfunction.rollout.gates.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How often the gates err, from simulated evaluations of a candidate with a known RMSE. The README
 * has the figures. By default, only few rows are simulated; the whole table takes a minute:
 *
 * <pre>./mvnw -q -pl knative test -Dtest=ErrorRatesTest -Dsimulation.rows=50,100,500,5000</pre>
 */
class ErrorRatesTest {

    private static final int EVALUATIONS = 1000;
    private static final double LIMIT = 1.05;
    private static final double GROUP_LIMIT = 1.25;
    private static final int FEATURES = 13;
    private static final int LEAST = 30;

    /**
     * Errors of both models on a row.
     *
     * @param name for the table
     * @param correlation of the errors
     * @param freedom degrees of freedom of Student's t; 0 for the normal distribution
     */
    private record Errors(String name, double correlation, int freedom) {

        /**
         * Draws live's and the candidate's errors, which are correlated, because a hard row is hard
         * for both.
         */
        double[][] draw(SplittableRandom random, int rows, double ratio) {
            double[][] errors = new double[2][rows];
            for (int i = 0; i < rows; i++) {
                double common = random.nextGaussian();
                double rest = Math.sqrt(1 - correlation * correlation) * random.nextGaussian();
                double hard = hardness(random);
                errors[0][i] = hard * common;
                errors[1][i] = ratio * hard * (correlation * common + rest);
            }
            return errors;
        }

        private double hardness(SplittableRandom random) {
            if (freedom == 0) {
                return 1;
            }
            double squares = 0;
            for (int i = 0; i < freedom; i++) {
                double each = random.nextGaussian();
                squares += each * each;
            }
            return Math.sqrt(freedom / squares);
        }
    }

    /** The outcome of one evaluation. */
    private record Outcome(boolean passed, boolean failed, boolean group) {}

    @Test
    void theReadmeTellsHowOftenTheGatesErr() throws IOException {
        String readme = Files.readString(Path.of("rollouts.md"));
        List<String> table = table();

        table.forEach(System.out::println);
        assertThat(table).allSatisfy(line -> assertThat(readme).contains(line));
    }

    private static List<String> table() {
        int[] rows =
                Arrays.stream(System.getProperty("simulation.rows", "50,100").split(",", -1))
                        .mapToInt(Integer::parseInt)
                        .toArray();
        List<String> lines = new ArrayList<>();
        for (Errors errors :
                List.of(
                        new Errors("normal, 0.7", 0.7, 0),
                        new Errors("normal, 0.9", 0.9, 0),
                        new Errors("Student's t with 5 degrees of freedom, 0.9", 0.9, 5))) {
            for (int count : rows) {
                lines.add(line(errors, count));
            }
        }
        return lines;
    }

    private static String line(Errors errors, int rows) {
        List<Outcome> equal = simulate(errors, rows, 1);
        List<Outcome> worse = simulate(errors, rows, 1.2);
        List<Outcome> border = simulate(errors, rows, GROUP_LIMIT);
        return "| %s | %d | %s | %s | %s | %s |"
                .formatted(
                        errors.name(),
                        rows,
                        shares(equal),
                        shares(worse),
                        groups(equal, rows),
                        groups(border, rows));
    }

    /** Passed, inconclusive and failed evaluations, in per cent. */
    private static String shares(List<Outcome> outcomes) {
        long passed = outcomes.stream().filter(Outcome::passed).count();
        long failed = outcomes.stream().filter(Outcome::failed).count();
        return "%s / %s / %s"
                .formatted(
                        percent(passed), percent(EVALUATIONS - passed - failed), percent(failed));
    }

    private static String groups(List<Outcome> outcomes, int rows) {
        return rows / 4 < LEAST ? "–" : percent(outcomes.stream().filter(Outcome::group).count());
    }

    private static String percent(long count) {
        return "%.1f".formatted(100.0 * count / EVALUATIONS);
    }

    private static List<Outcome> simulate(Errors errors, int rows, double ratio) {
        return IntStream.range(0, EVALUATIONS)
                .parallel()
                .mapToObj(seed -> outcome(errors, rows, ratio, new SplittableRandom(seed)))
                .toList();
    }

    private static Outcome outcome(Errors each, int rows, double ratio, SplittableRandom random) {
        double[][] drawn = each.draw(random, rows, ratio);
        int[] observations = IntStream.range(0, rows).toArray();
        PairedErrors errors = PairedErrors.of(drawn[0], drawn[1], new double[rows], observations);
        ErrorRatio found = errors.ratio();
        return new Outcome(
                found.isWithin(LIMIT),
                found.isBeyond(LIMIT),
                rows / 4 >= LEAST && isAnyGroupWorse(errors, random));
    }

    /** Features that are independent of the errors form four groups each. */
    private static boolean isAnyGroupWorse(PairedErrors errors, SplittableRandom random) {
        double[] pValues = new double[4 * FEATURES];
        int[] order = IntStream.range(0, errors.observations()).toArray();
        for (int feature = 0; feature < FEATURES; feature++) {
            shuffle(order, random);
            for (int quarter = 0; quarter < 4; quarter++) {
                int from = quarter * order.length / 4;
                int to = (quarter + 1) * order.length / 4;
                pValues[4 * feature + quarter] =
                        errors.of(Arrays.copyOfRange(order, from, to)).pBeyond(GROUP_LIMIT);
            }
        }
        for (boolean rejected : Holm.rejected(pValues, 0.05)) {
            if (rejected) {
                return true;
            }
        }
        return false;
    }

    private static void shuffle(int[] order, SplittableRandom random) {
        for (int i = order.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int value = order[i];
            order[i] = order[other];
            order[other] = value;
        }
    }
}
