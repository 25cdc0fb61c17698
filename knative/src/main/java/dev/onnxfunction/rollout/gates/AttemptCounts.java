package dev.onnxfunction.rollout.gates;

/**
 * Counts the requests to one revision, their failures and their retries, over the whole rollout.
 */
final class AttemptCounts {

    private int requests;
    private int failures;
    private int retries;

    void asked() {
        requests++;
    }

    /** Counts a failure: a wrong or late answer, or no retry reached the revision. */
    void failed() {
        failures++;
    }

    /** Takes a failure back, because the request may fail. */
    void forgiven() {
        failures--;
    }

    /** Counts a retry: the request was lost on the way, and repeated. */
    void retried() {
        retries++;
    }

    int requests() {
        return requests;
    }

    int failures() {
        return failures;
    }

    int retries() {
        return retries;
    }

    /** Failures, requests and retries, such as {@code 1 of 311, 2 retried}. */
    @Override
    public String toString() {
        return "%d of %d, %d retried".formatted(failures, requests, retries);
    }
}
