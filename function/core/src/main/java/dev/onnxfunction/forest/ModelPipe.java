package dev.onnxfunction.forest;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A pipe with a path. A library that can only read a model from a path reads it while another
 * thread of this process writes it, so that a rewritten model needs neither a copy in memory nor a
 * writable disk.
 *
 * <p>It is a POSIX pipe, whose ends have paths in {@code /dev/fd} on Linux and macOS.
 */
public final class ModelPipe implements AutoCloseable {

    private static final String DESCRIPTORS = "/dev/fd/";

    private final int readEnd;
    private final FutureTask<Void> writing;

    private ModelPipe(int readEnd, FutureTask<Void> writing) {
        this.readEnd = readEnd;
        this.writing = writing;
    }

    /** Writes a model. */
    public interface Source {
        void writeTo(OutputStream out) throws IOException, ForestException;
    }

    /**
     * Opens a pipe and starts to write into it on another thread.
     *
     * @throws IOException if this system has no such pipes
     */
    public static ModelPipe from(Source source) throws IOException {
        int[] ends = Posix.pipe();
        OutputStream out;
        try {
            out = new FileOutputStream(DESCRIPTORS + ends[1]);
        } catch (IOException e) {
            Posix.close(ends[0]);
            throw e;
        } finally {
            Posix.close(ends[1]);
        }
        FutureTask<Void> writing =
                new FutureTask<>(
                        () -> {
                            try (out) {
                                source.writeTo(out);
                            }
                            return null;
                        });
        Thread.ofPlatform().daemon().name("rewrite-forest").start(writing);
        return new ModelPipe(ends[0], writing);
    }

    /** The path to read from. */
    public String path() {
        return DESCRIPTORS + readEnd;
    }

    /**
     * Waits until everything is written.
     *
     * @throws ForestException if writing failed; what has been read is then useless
     */
    public void finish() throws IOException, ForestException {
        try {
            writing.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case ForestException failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while the model is written.", e);
        }
    }

    /** Closes the end to read from, which also ends the writing. */
    @Override
    public void close() {
        Posix.close(readEnd);
    }

    /** Functions of the C library. */
    private static final class Posix {

        private Posix() {}

        /** Returns the descriptors of the end to read from and of the end to write to. */
        static int[] pipe() throws IOException {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment ends = arena.allocate(ValueLayout.JAVA_INT, 2);
                if ((int) function("pipe", ValueLayout.ADDRESS).invokeExact(ends) == 0) {
                    return ends.toArray(ValueLayout.JAVA_INT);
                }
            } catch (Throwable e) {
                throw new IOException("This system has no pipes.", e);
            }
            throw new IOException("No file descriptor is left for a pipe.");
        }

        static void close(int descriptor) {
            try {
                int _ = (int) function("close", ValueLayout.JAVA_INT).invokeExact(descriptor);
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        @SuppressWarnings("restricted")
        private static MethodHandle function(String name, ValueLayout argument) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow(name),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, argument));
        }
    }
}
