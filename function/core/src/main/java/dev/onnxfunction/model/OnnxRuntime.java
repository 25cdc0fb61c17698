package dev.onnxfunction.model;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;

import dev.onnxfunction.settings.StartException;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * ONNX Runtime's native library, which a process loads once. Its environment is never closed,
 * because all models of the process share it.
 */
public final class OnnxRuntime {

    /** The runtime, without its own log, because failures are reported in exceptions. */
    private static final FutureTask<OrtEnvironment> ENVIRONMENT =
            new FutureTask<>(OnnxRuntime::load);

    /** Property of the JVM's vendor, by which the runtime's classes recognize Android. */
    private static final String VENDOR = "java.vendor";

    /** A library that the runtime has extracted, in the memory map of a Linux process. */
    private static final Pattern EXTRACTED = Pattern.compile("/.*/onnxruntime-java\\d+/[^/]+$");

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
        if (hasLibraries()) {
            return loadLibraries();
        }
        OrtEnvironment environment = open();
        deleteExtracted();
        return environment;
    }

    /** Whether the native libraries are files in a folder where the JVM finds them. */
    private static boolean hasLibraries() {
        String folder = System.getProperty("onnxruntime.native.path");
        return folder != null
                && folder.equals(System.getProperty("java.library.path"))
                && new File(folder, System.mapLibraryName("onnxruntime")).exists();
    }

    /**
     * Loads the library before the runtime's classes do, because they wait until {@code
     * java.util.logging} is initialized, which another thread does meanwhile.
     *
     * <p>Then the classes initialize as on Android, where libraries are files, too. Otherwise, they
     * would search all jars for more libraries and create a folder for these, whose random name
     * takes the JDK's security providers: a tenth of a start.
     */
    @SuppressWarnings("restricted") // Loads the library that the runtime loads anyway.
    private static OrtEnvironment loadLibraries() throws OrtException {
        System.loadLibrary("onnxruntime");
        String vendor = System.setProperty(VENDOR, "The Android Project");
        try {
            return open();
        } finally {
            System.setProperty(VENDOR, vendor);
        }
    }

    /**
     * Deletes the files from which the runtime has loaded its libraries, 24 MB, and their folder.
     * The runtime lets the JVM delete them when it ends, but the folder before the files, so it
     * would stay; if the process is killed, all would stay.
     */
    private static void deleteExtracted() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            List<Path> files =
                    lines.map(EXTRACTED::matcher)
                            .filter(Matcher::find)
                            .map(found -> Path.of(found.group()))
                            .distinct()
                            .toList();
            for (Path file : files) {
                Files.delete(file);
            }
            for (Path file : files) {
                Files.deleteIfExists(file.getParent());
            }
        } catch (IOException | UncheckedIOException _) {
            // This is no Linux, or the folder has another file: the JVM deletes what it can.
        }
    }

    private static OrtEnvironment open() throws OrtException {
        return OrtEnvironment.getEnvironment(
                OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "onnx-function");
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
