package dev.onnxfunction.access;

import dev.onnxfunction.start.StartException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * The keys that clients may use: the lines of a file, or of all files of a folder, such as a
 * mounted Secret of Kubernetes. They are read anew while the function runs, so a new key counts,
 * and an old one ceases to, within {@value #SECONDS_BETWEEN_READS} seconds and without a restart.
 * Thread-safe.
 *
 * <p>Only digests are kept, and a key is compared with all of them in constant time. No key is ever
 * logged.
 */
public final class ApiKeys {

    /** Shorter keys are refused: 16 random letters and digits have 95 bits. */
    static final int MIN_LENGTH = 16;

    static final int SECONDS_BETWEEN_READS = 10;

    private static final Logger LOG = Logger.getLogger(ApiKeys.class.getName());

    private final Path location;
    private final LongSupplier nanoTime;
    private final AtomicLong readAt;
    private volatile List<byte[]> digests;

    private ApiKeys(Path location, LongSupplier nanoTime, List<byte[]> digests) {
        this.location = location;
        this.nanoTime = nanoTime;
        this.readAt = new AtomicLong(nanoTime.getAsLong());
        this.digests = digests;
    }

    /**
     * Reads the keys.
     *
     * @param location a file or a folder; null if anybody may ask
     * @return null if anybody may ask
     * @throws StartException if there is no key, or a key is too short
     */
    public static @Nullable ApiKeys at(@Nullable Path location) {
        return location == null ? null : at(location, System::nanoTime);
    }

    static ApiKeys at(Path location, LongSupplier nanoTime) {
        try {
            return new ApiKeys(location, nanoTime, read(location));
        } catch (IOException | IllegalArgumentException e) {
            throw new StartException(
                    "The API keys in " + location + " cannot be used: " + problem(e) + ".",
                    "Set access.keys (ACCESS_KEYS) to a readable file with a key of at least "
                            + MIN_LENGTH
                            + " characters on each line, or to a folder of such files.",
                    e);
        }
    }

    /**
     * Whether a request may pass.
     *
     * @param authorization its Authorization header field: {@code Bearer} with one of the keys, or
     *     {@code Basic} with one as the password
     */
    public boolean admit(String authorization) {
        String key = Credentials.key(authorization);
        return key != null && contains(key);
    }

    /** Whether this is one of the keys. */
    boolean contains(String key) {
        readAnewIfDue();
        byte[] digest = digest(key);
        boolean known = false;
        for (byte[] other : digests) {
            known |= MessageDigest.isEqual(digest, other);
        }
        return known;
    }

    private void readAnewIfDue() {
        long last = readAt.get();
        long now = nanoTime.getAsLong();
        boolean due = now - last >= TimeUnit.SECONDS.toNanos(SECONDS_BETWEEN_READS);
        if (due && readAt.compareAndSet(last, now)) {
            try {
                digests = read(location);
            } catch (IOException | IllegalArgumentException e) {
                LOG.log(
                        Level.WARNING,
                        () ->
                                "The API keys stay as they were: "
                                        + problem(e)
                                        + ". Mend "
                                        + location);
            }
        }
    }

    private static List<byte[]> read(Path location) throws IOException {
        List<byte[]> digests = new ArrayList<>();
        for (Path file : files(location)) {
            for (String line : Files.readAllLines(file)) {
                String key = line.strip();
                if (!key.isEmpty()) {
                    digests.add(digest(checked(key, file)));
                }
            }
        }
        if (digests.isEmpty()) {
            throw new IllegalArgumentException("there is none");
        }
        return List.copyOf(digests);
    }

    /** A mounted Secret holds its files behind links, and its own business in names with dots. */
    private static List<Path> files(Path location) throws IOException {
        if (!Files.isDirectory(location)) {
            return List.of(location);
        }
        try (Stream<Path> entries = Files.list(location)) {
            return entries.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .toList();
        }
    }

    private static String checked(String key, Path file) {
        if (key.length() < MIN_LENGTH) {
            throw new IllegalArgumentException("a key in " + file + " is too short");
        }
        return key;
    }

    private static byte[] digest(String key) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every JDK has SHA-256.", e);
        }
    }

    private static String problem(Exception e) {
        return e instanceof IOException ? "they cannot be read (" + e + ")" : e.getMessage() + "";
    }
}
