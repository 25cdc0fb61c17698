package dev.onnxfunction.observe;

import dev.onnxfunction.model.Batch;
import dev.onnxfunction.predict.Faults;

/**
 * Is told what happens, on the threads that answer requests: it must not wait for anything. All
 * methods are called by several threads at once.
 */
public interface Observer extends AutoCloseable {

    /** Nobody is told. */
    Observer NONE = new Observer() {};

    /** A request was answered, in whatever way. */
    default void answered(Exchange exchange) {}

    /**
     * Rows were predicted for a client; those of a rollout are not reported.
     *
     * @param batch the rows and their predictions; only valid during the call
     * @param trace of the request
     */
    default void predicted(Batch batch, TraceContext trace) {}

    /** Rows of a client were refused. */
    default void refused(Faults faults) {}

    /** Brings to its end what is under way. */
    @Override
    default void close() {}
}
