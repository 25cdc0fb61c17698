package dev.onnxfunction.rollout.gates;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a candidate is blamed for requests that a gateway has lost. */
class ErrorBudgetTest {

    private final ErrorBudget budget = new ErrorBudget(0.001);

    @ParameterizedTest
    @CsvSource({
        "0, 0, true",
        "5, 5, true",
        "0, 9, true",
        "0, 10, false",
        // Of a rollout that takes an hour, behind a gateway that loses a tenth of all requests.
        "600, 600, true",
        "1100, 1200, true",
        "1000, 1200, false"
    })
    void onlyIfItLosesMoreThanLive(int ofLive, int ofCandidate, boolean passed) {
        assertThat(budget.result(counts(ofLive), counts(ofCandidate)).passed()).isEqualTo(passed);
    }

    private static AttemptCounts counts(int retries) {
        AttemptCounts counts = new AttemptCounts();
        for (int i = 0; i < 12_000; i++) {
            counts.asked();
            if (i < retries) {
                counts.retried();
            }
        }
        return counts;
    }
}
