package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.databind.JsonNode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Whether the candidate predicts many rows in one request about as fast as live, and the same as
 * for single rows. The numbers of rows are 1000, 10 000 and one between, as far as live accepts
 * them and answers within a second.
 */
final class LargeRequestGate {

    private static final String NAME = "many rows";
    private static final int SMALLEST = 1000;
    private static final int LARGEST = 10_000;

    /** Characters of a request: below the function's default limit of 2 MB. */
    private static final int LONGEST = 1_500_000;

    /** Minimum rounds, of which the shortest counts, because noise can only slow a round down. */
    private static final int ROUNDS = 5;

    /** Minimum time of the rounds: on a busy machine, the JVM compiles the function late. */
    private static final Duration MEASURED = Duration.ofSeconds(10);

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final EvaluationComparison compared;
    private final ComparedModel live;
    private final LatencyLimits limits;
    private final ReferenceAnswers reference;

    /**
     * @param live to compare with
     * @param reference what the candidate predicted for single rows
     */
    LargeRequestGate(
            EvaluationComparison compared,
            ComparedModel live,
            LatencyLimits limits,
            ReferenceAnswers reference) {
        this.compared = compared;
        this.live = live;
        this.limits = limits;
        this.reference = reference;
    }

    /** The two times of one number of rows, in milliseconds. */
    private record Times(int rows, double live, double candidate) {}

    /** The result of this gate, and a further one if the predictions differ from the first ones. */
    List<GateResult> results(RandomGenerator random) throws GateException, InterruptedException {
        GateResult result = result(random);
        GateResult again = reference.result(compared.description());
        return again.passed() ? List.of(result) : List.of(result, again);
    }

    private GateResult result(RandomGenerator random) throws GateException, InterruptedException {
        List<String> own = texts(compared.rows().candidateRows());
        List<String> lives = texts(compared.rows().liveRows());
        Times last = null;
        for (int size : List.of(SMALLEST, random.nextInt(SMALLEST + 1, LARGEST), LARGEST)) {
            String request = request(lives, size);
            String same = request(own, size);
            if (Math.max(request.length(), same.length()) > LONGEST
                    || live.client().refusal(request) != null) {
                break; // The settings may allow fewer rows or bytes.
            }
            ProblemResponse refusal = compared.candidate().client().refusal(same);
            if (refusal != null) {
                return refused(refusal, size);
            }
            last = measure(size, request, same);
            if (!passes(last) || last.live() > PATIENCE.toMillis()) {
                break;
            }
        }
        return last == null
                ? GateResult.unknown(NAME, "", "not tested", "live takes fewer rows")
                : result(last);
    }

    /**
     * Lower limits are a setting, which the candidate's author may have meant; a failure is not.
     */
    private static GateResult refused(ProblemResponse refusal, int size) {
        String rows = size + " rows";
        if (refusal.isTooLarge()) {
            return GateResult.unknown(NAME, "", "refused", rows);
        }
        String problem =
                "It refuses a request with %s that live answers: %s. Export a model that predicts any number of rows."
                        .formatted(rows, refusal);
        return new GateResult(NAME, "", "refused", "", problem);
    }

    private static String request(List<String> rows, int size) {
        StringBuilder request = new StringBuilder("[");
        for (int i = 0; i < size && request.length() <= LONGEST; i++) {
            request.append(i == 0 ? "" : ",").append(rows.get(i % rows.size()));
        }
        return request.append(']').toString();
    }

    private Times measure(int size, String lives, String own)
            throws GateException, InterruptedException {
        Times times = new Times(size, Double.MAX_VALUE, Double.MAX_VALUE);
        long end = System.nanoTime() + MEASURED.toNanos();
        for (int round = 0;
                round == 0 || (!passes(times) && (round < ROUNDS || System.nanoTime() - end < 0));
                round++) {
            double before = live.client().timed(lives, size).millis();
            FunctionClient.Timed answer = compared.candidate().client().timed(own, size);
            reference.compare(answer.predictions(), 0, size);
            times =
                    new Times(
                            size,
                            Math.min(before, times.live()),
                            Math.min(answer.millis(), times.candidate()));
        }
        return times;
    }

    private boolean passes(Times times) {
        return times.candidate() <= limits.largeRequest(times.live());
    }

    private GateResult result(Times times) {
        String problem =
                passes(times)
                        ? ""
                        : "It takes %s for a request with %d rows, and live %s. Find out what slows it, or raise --max-p99-ratio or --p99-slack; a large request may take longer by %d times that slack."
                                .formatted(
                                        ms(times.candidate()),
                                        times.rows(),
                                        ms(times.live()),
                                        LatencyLimits.LARGE);
        String limit = "× %s or + %.0f ms".formatted(limits.p99Ratio(), limits.largeSlack());
        return new GateResult(
                NAME,
                ms(times.live()),
                ms(times.candidate()),
                limit,
                problem.isEmpty() ? GateResult.Status.PASSED : GateResult.Status.FAILED,
                times.rows() + " rows",
                problem);
    }

    private static String ms(double time) {
        return "%.1f ms".formatted(time);
    }

    private static List<String> texts(List<JsonNode> rows) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < Math.min(LARGEST, rows.size()); i++) {
            texts.add(rows.get(i).toString());
        }
        return texts;
    }
}
