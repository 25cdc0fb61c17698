package dev.onnxfunction.rollout.gates;

/** Counts what became of the requests to one revision, over all of a rollout. */
final class Tally {

    private int requests;
    private int failures;
    private int retries;

    void asked() {
        requests++;
    }

    /** The revision answered wrongly or not in time, or no retry has reached it. */
    void failed() {
        failures++;
    }

    /** The way there failed, and the request was repeated. */
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
