package dev.onnxfunction.model;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;

import dev.onnxfunction.settings.StartException;

import java.io.File;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * ONNX Runtime's native library, which a process loads once. Its environment is never closed,
 * because all models of the process share it.
 */
public final class OnnxRuntime {

    /** The runtime, without its own log, because failures are reported in exceptions. */
    private static final FutureTask<OrtEnvironment> ENVIRONMENT =
            new FutureTask<>(OnnxRuntime::load);

    /** Whether a call did not end, so that the runtime must not be shut down. */
    private static volatile boolean abandoned;

    private OnnxRuntime() {}

    /**
     * Starts to load the native library on another thread, because it takes longer than most of a
     * start. {@link OnnxModel#load} waits for it.
     */
    public static Thread loadInBackground() {
        return Thread.ofPlatform().name("load-onnxruntime").start(ENVIRONMENT);
    }

    /**
     * Whether a call of a closed model is still running, so that the process must end without
     * shutting the runtime down.
     */
    public static boolean isAbandoned() {
        return abandoned;
    }

    static void abandon() {
        abandoned = true;
    }

    /**
     * Waits for the runtime to load; starts to load it if necessary.
     *
     * @throws StartException if there is no native library for this machine
     */
    static OrtEnvironment environment() {
        ENVIRONMENT.run();
        try {
            return ENVIRONMENT.get();
        } catch (ExecutionException e) {
            throw LoadFailure.ofRuntime(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while ONNX Runtime loads.", e);
        }
    }

    private static OrtEnvironment load() throws OrtException {
        loadLibrary();
        return OrtEnvironment.getEnvironment(
                OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "onnx-function");
    }

    /**
     * Loads the library if its folder is known. The runtime's classes would load it only once
     * {@code java.util.logging} is initialized, which another thread does meanwhile.
     */
    @SuppressWarnings("restricted") // Loads the library that the runtime loads anyway.
    private static void loadLibrary() {
        String folder = System.getProperty("onnxruntime.native.path");
        if (folder != null) {
            File library = new File(folder, System.mapLibraryName("onnxruntime"));
            if (library.exists()) {
                System.load(library.getAbsolutePath());
            }
        }
    }

    /** Closes a session that is of no use after a failure. */
    static void closeAfter(OrtSession session, Exception failure) {
        try {
            session.close();
        } catch (OrtException e) {
            failure.addSuppressed(e);
        }
    }
}
