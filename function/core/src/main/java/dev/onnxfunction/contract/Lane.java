package dev.onnxfunction.contract;

/**
 * Group of threads that answers a request. Slow requests in one lane do not delay those in another.
 */
public enum Lane {
    /**
     * The connection's own event loop, because handing the request over would cost more than
     * answering it.
     */
    LOOP,
    /**
     * Predictions of many rows that take little longer than handing them over: an event loop for
     * batches if the server has some, otherwise the threads of {@link #PREDICTIONS}.
     */
    BATCHES,
    /** Other predictions of many rows, or by a slow model. */
    PREDICTIONS,
    /** Explanations. */
    EXPLANATIONS,
    /** Endpoints that read files or load classes, such as metrics and the web page. */
    OTHERS
}
