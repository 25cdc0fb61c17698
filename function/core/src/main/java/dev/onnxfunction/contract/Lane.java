package dev.onnxfunction.contract;

/** Where a request is answered: whatever is slow in one lane holds up nobody in another. */
public enum Lane {
    /** On the connection's own event loop, as handing it over would cost more than answering it. */
    LOOP,
    /** Predictions of many rows, or of a slow model. */
    PREDICTIONS,
    /** Explanations. */
    EXPLANATIONS,
    /** What reads files or loads classes, such as metrics and the page. */
    OTHERS
}
