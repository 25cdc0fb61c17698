package dev.onnxfunction.score;

import org.jspecify.annotations.Nullable;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that is there as a whole or not at all: it is written under another name beside it, and
 * gets its own when it is complete. A run that is killed leaves at most the other file, which the
 * next run writes again from the beginning. What is no regular file, such as a pipe, and the
 * standard output are written directly.
 */
final class OutputFile implements AutoCloseable {

    /** The standard output. */
    static final String STANDARD = "-";

    private static final String UNFINISHED = ".part";

    private final @Nullable Path path;
    private final @Nullable Path part;
    private final @Nullable FileChannel channel;
    private final OutputStream out;

    private OutputFile(@Nullable Path path, @Nullable FileChannel channel, OutputStream out) {
        this.path = path;
        this.part = path == null ? null : part(path);
        this.channel = channel;
        this.out = out;
    }

    private static Path part(Path path) {
        return path.resolveSibling(path.getFileName() + UNFINISHED);
    }

    /** Whether a run for this file was killed before its end. */
    static boolean isUnfinished(String name) {
        return !isDirect(name) && Files.exists(part(Path.of(name)));
    }

    private static boolean isDirect(String name) {
        Path path = Path.of(name);
        return name.equals(STANDARD)
                || (Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path));
    }

    /**
     * Begins to write a file.
     *
     * @param name its path, or {@value #STANDARD}
     * @param overwrite whether it may be there already
     * @throws ScoreException if it is there, or cannot be written
     */
    static OutputFile open(String name, boolean overwrite) throws IOException {
        if (name.equals(STANDARD)) {
            return new OutputFile(null, null, new FileOutputStream(FileDescriptor.out));
        }
        Path path = Path.of(name);
        if (isDirect(name)) {
            return new OutputFile(null, null, Files.newOutputStream(path));
        }
        requireFree(path, overwrite);
        FileChannel channel =
                FileChannel.open(part(path), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            lock(channel, path);
            channel.truncate(0);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        return new OutputFile(path, channel, Channels.newOutputStream(channel));
    }

    private static void requireFree(Path path, boolean overwrite) {
        if (Files.isDirectory(path)) {
            throw new ScoreException(
                    path + " is a directory.", "Name a file in it.", ExitCode.USAGE);
        }
        if (Files.exists(path) && !overwrite) {
            throw new ScoreException(
                    path + " exists.",
                    "Choose another name, or overwrite it with --force.",
                    ExitCode.USAGE);
        }
        Path folder = path.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new ScoreException(
                    "The directory " + folder + " does not exist.",
                    "Make it first.",
                    ExitCode.USAGE);
        }
    }

    /** Keeps other runs away, which would write the same file; ends with the process. */
    private static void lock(FileChannel channel, Path path) throws IOException {
        boolean locked;
        try {
            locked = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            locked = false;
        }
        // If it has got its name meanwhile, another run has just finished it.
        if (!locked || !Files.exists(part(path))) {
            throw new ScoreException(
                    "Another run writes " + path + ".",
                    "Wait for its end, or choose another name.");
        }
    }

    /** Whether others see each byte when it is written. */
    boolean isDirect() {
        return channel == null;
    }

    void write(Scored.Bytes bytes) throws IOException {
        out.write(bytes.array(), 0, bytes.length());
    }

    /**
     * Gives the file its name, once all of it is on the disk.
     *
     * @param overwrite whether a file of this name may be there
     */
    void finish(boolean overwrite) throws IOException {
        out.flush();
        if (path != null && part != null && channel != null) {
            channel.force(true);
            requireFree(path, overwrite);
            Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
            channel.close();
        }
    }

    /** Removes what is not finished, whoever still writes it. */
    void abandon() {
        try {
            if (channel != null && part != null && channel.isOpen()) {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            return; // The next run writes it again.
        }
    }

    /** Removes what is not finished. */
    @Override
    public void close() throws IOException {
        if (channel != null && part != null && channel.isOpen()) {
            Files.deleteIfExists(part);
            channel.close();
        }
    }
}
