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
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that appears whole or not at all: it is written under a temporary name in the same folder,
 * and renamed when it is complete. A killed run leaves at most the temporary file, which the next
 * run overwrites. The standard output and everything that is not a regular file, such as a pipe,
 * are written directly.
 */
final class OutputFile implements AutoCloseable {

    /** The standard output. */
    static final String STANDARD = "-";

    private static final String UNFINISHED = ".part";

    private final @Nullable Path path;
    private final @Nullable Path part;
    private final @Nullable FileChannel channel;
    private final OutputStream out;

    /** Whether a file of this name may exist. */
    private final boolean overwrite;

    private OutputFile(
            @Nullable Path path,
            @Nullable FileChannel channel,
            OutputStream out,
            boolean overwrite) {
        this.overwrite = overwrite;
        this.path = path;
        this.part = path == null ? null : part(path);
        this.channel = channel;
        this.out = out;
    }

    private static Path part(Path path) {
        return path.resolveSibling(path.getFileName() + UNFINISHED);
    }

    /** Whether an earlier run for this file was killed. */
    static boolean isUnfinished(String name) {
        return !isDirect(name) && Files.exists(part(Path.of(name)));
    }

    /** Whether a name stands for the standard output, or for no regular file, such as a pipe. */
    static boolean isDirect(String name) {
        Path path = Path.of(name);
        return name.equals(STANDARD)
                || (Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path));
    }

    /** Opens an output that {@link #isDirect}; may wait for the reader of a pipe. */
    static OutputFile direct(String name) throws IOException {
        return new OutputFile(
                null,
                null,
                name.equals(STANDARD)
                        ? new FileOutputStream(FileDescriptor.out)
                        : Files.newOutputStream(Path.of(name)),
                true);
    }

    /**
     * Starts to write a file.
     *
     * @param name its path
     * @param overwrite whether it may exist, now and when it is complete
     * @throws ScoreException if it exists, or cannot be written
     */
    static OutputFile open(String name, boolean overwrite) throws IOException {
        Path path = Path.of(name);
        requireFree(path, overwrite);
        FileChannel channel =
                FileChannel.open(
                        part(path),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS);
        try {
            lock(channel, path);
            channel.truncate(0);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        return new OutputFile(path, channel, Channels.newOutputStream(channel), overwrite);
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
                    "Create it first.",
                    ExitCode.USAGE);
        }
    }

    /** Locks the file against other runs until the process ends. */
    private static void lock(FileChannel channel, Path path) throws IOException {
        boolean locked;
        try {
            locked = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            locked = false;
        }
        // If it has been renamed meanwhile, another run has just finished it.
        if (!locked || !Files.exists(part(path))) {
            throw new ScoreException(
                    "Another run writes " + path + ".",
                    "Wait for its end, or choose another name.");
        }
    }

    /** Whether written bytes are visible at once. */
    boolean isDirect() {
        return channel == null;
    }

    void write(Scored.Bytes bytes) throws IOException {
        out.write(bytes.array(), 0, bytes.length());
    }

    /** Renames the file after writing all of it to the disk. */
    void finish() throws IOException {
        out.flush();
        if (path != null && part != null && channel != null) {
            channel.force(true);
            requireFree(path, overwrite);
            Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
            channel.close();
        }
    }

    /** Removes the unfinished file, even if a thread still writes it. */
    void abandon() {
        try {
            if (channel != null && part != null && channel.isOpen()) {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            return; // The next run overwrites it.
        }
    }

    /** Removes the unfinished file. */
    @Override
    public void close() throws IOException {
        if (channel != null && part != null && channel.isOpen()) {
            Files.deleteIfExists(part);
            channel.close();
        }
    }
}
