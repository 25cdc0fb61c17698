package dev.onnxfunction.model;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

/** A handle on the calls of a batch, with which another thread can end the running one. */
final class RunHandle implements AutoCloseable {

    private final OrtSession.RunOptions options;

    /** Whether the call was cancelled; guarded by the task. */
    private boolean terminated;

    RunHandle() throws OrtException {
        options = new OrtSession.RunOptions();
    }

    OrtSession.RunOptions options() {
        return options;
    }

    /** Cancels the call, which the runtime ends before the next operator. */
    void terminate() {
        terminated = true;
        set(true);
    }

    /** Prepares the next call. */
    void reset() {
        if (terminated) {
            terminated = false;
            set(false);
        }
    }

    private void set(boolean terminate) {
        try {
            options.setTerminate(terminate);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime does not end a call.", e);
        }
    }

    @Override
    public void close() {
        options.close();
    }
}
