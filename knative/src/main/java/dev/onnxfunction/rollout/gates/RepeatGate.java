package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.databind.JsonNode;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Whether the candidate always predicts the same for a labelled row: alone, in requests with any
 * other number of rows, at any position, and throughout the rollout.
 */
final class RepeatGate {

    /** Each number of rows up to this one is tested. */
    private static final int SMALL = 16;

    /** Minimum rows that are sent in requests of each of these numbers. */
    private static final int ROWS = 20;

    /** Numbers of rows that clients are likely to choose. */
    private static final int[] ROUND = {20, 25, 32, 50, 64, 100, 128, 200, 250, 256, 500};

    /** Largest number of rows: far below the function's limit. */
    private static final int LARGEST = 500;

    /** Number of requests with a random number of rows in each round of the gates. */
    private static final int RANDOM = 8;

    private final RandomGenerator random;
    private @Nullable LabelledRows rows;
    private @Nullable ReferenceAnswers answers;

    RepeatGate(RandomGenerator random) {
        this.random = random;
    }

    /**
     * Sends the rows again.
     *
     * @param first whether to try all sizes, or only further random ones
     * @return what it predicted
     */
    ReferenceAnswers repeat(EvaluationComparison compared, boolean first)
            throws GateException, InterruptedException {
        ReferenceAnswers reference = reference(compared);
        List<JsonNode> all = compared.rows().candidateRows();
        for (int size : sizes(first)) {
            int start = random.nextInt(all.size());
            List<JsonNode> request =
                    IntStream.range(start, start + size)
                            .mapToObj(row -> all.get(row % all.size()))
                            .toList();
            reference.compare(compared.candidate().client().predict(request), start, size);
        }
        return reference;
    }

    /** The first answers, which apply until the model is another one or gets other rows. */
    private ReferenceAnswers reference(EvaluationComparison compared) {
        ReferenceAnswers reference = answers;
        if (reference == null || rows != compared.rows()) {
            reference = new ReferenceAnswers(compared.ofCandidate());
            answers = reference;
            rows = compared.rows();
        } else {
            reference.compare(compared.ofCandidate(), 0, reference.size());
        }
        return reference;
    }

    private List<Integer> sizes(boolean first) {
        List<Integer> sizes = new ArrayList<>();
        for (int size = 1; first && size <= SMALL; size++) {
            for (int sent = 0; sent < ROWS; sent += size) {
                sizes.add(size);
            }
        }
        for (int i = 0; first && i < ROUND.length; i++) {
            sizes.add(ROUND[i]);
        }
        for (int i = 0; i < RANDOM; i++) {
            sizes.add((int) Math.rint(Math.pow(LARGEST, random.nextDouble())));
        }
        return sizes;
    }
}
