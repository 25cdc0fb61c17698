package dev.onnxfunction;

import dev.onnxfunction.logs.Log;
import dev.onnxfunction.model.OnnxRuntime;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Ends the process without a crash, whatever the model does.
 *
 * <p>{@link System#exit} makes ONNX Runtime free its environment, and {@link Runtime#halt} still
 * runs the destructors of native libraries. Both crash if a thread is loading or running a model.
 * The C library's {@code _exit} does neither. It is looked up only when needed, so it adds nothing
 * to a start.
 */
final class ProcessExit {

    private static final Logger LOG = Logger.getLogger(ProcessExit.class.getName());

    /** Exit code of the JVM itself when it exits out of memory. */
    static final int OUT_OF_MEMORY = 3;

    private ProcessExit() {}

    /** Closes the application, and then ends the process. */
    static void after(Closeable application, int code) {
        try {
            application.close();
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "The function did not stop cleanly.", e);
        } finally {
            if (OnnxRuntime.isAbandoned()) {
                now(code);
            }
            Log.drain();
            System.exit(code);
        }
    }

    /** Ends the process at once, without any cleanup. */
    @SuppressWarnings("restricted") // The native function takes an int and does not return.
    static void now(int code) {
        Log.drain();
        try {
            Linker linker = Linker.nativeLinker();
            linker.downcallHandle(
                            linker.defaultLookup().findOrThrow("_exit"),
                            FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT))
                    .invokeExact(code);
        } catch (Throwable e) {
            Runtime.getRuntime().halt(code);
        }
    }
}
