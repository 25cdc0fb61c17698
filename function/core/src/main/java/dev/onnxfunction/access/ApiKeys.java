package dev.onnxfunction.access;

import dev.onnxfunction.settings.StartException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.logging.Logger;

/**
 * The keys that clients may use: the lines of a file, or of all files of a folder, such as a
 * mounted Secret of Kubernetes. A thread reads them again every {@value
 * PeriodicRead#SECONDS_BETWEEN_READS} seconds, so keys can be added and removed without a restart.
 * While they cannot be read, the keys from the last successful read remain valid. Thread-safe.
 *
 * <p>Stores only digests and compares a key with all of them in constant time. Never logs a key.
 */
public final class ApiKeys implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(ApiKeys.class.getName());

    private final Path location;
    private volatile KeyDigests digests;
    private volatile @Nullable String problem;
    private @Nullable PeriodicRead reads;

    private ApiKeys(Path location, KeyDigests digests) {
        this.location = location;
        this.digests = digests;
    }

    /**
     * Reads the keys now and then periodically until this is closed.
     *
     * @param location a file or a folder; null if no key is required
     * @return null if no key is required
     * @throws StartException if there is no key, or a key that no client can send or that is too
     *     short
     */
    public static @Nullable ApiKeys at(@Nullable Path location) {
        if (location == null) {
            return null;
        }
        ApiKeys keys = readFrom(location);
        keys.reads = PeriodicRead.start("keys", keys::readAgain);
        return keys;
    }

    /** Reads the keys once. */
    static ApiKeys readFrom(Path location) {
        try {
            return new ApiKeys(location, KeyDigests.read(location));
        } catch (IOException e) {
            throw new StartException(
                    "The API keys in " + location + " cannot be used: " + e.getMessage() + ".",
                    "Set access.keys (ACCESS_KEYS) to a file in UTF-8, without a byte order mark,"
                            + " with a key of at least "
                            + KeyFile.MIN_LENGTH
                            + " characters on each line, or to a folder of such files.",
                    e);
        }
    }

    /**
     * Whether a request has a valid key.
     *
     * @param authorization its Authorization header field: {@code Bearer} with one of the keys, or
     *     {@code Basic} with one as the password
     */
    public boolean admit(String authorization) {
        String key = Credentials.key(authorization);
        return key != null && contains(key);
    }

    /** Whether the last read of the keys succeeded; if not, they may be out of date. */
    public boolean lastReadSucceeded() {
        return problem == null;
    }

    /** Stops reading the keys. */
    @Override
    public void close() {
        if (reads != null) {
            reads.close();
        }
    }

    /** Whether this is one of the keys. */
    boolean contains(String key) {
        return digests.contains(key);
    }

    /**
     * Reads the keys again, and logs when reads begin to fail, fail for another reason, or succeed
     * again.
     */
    void readAgain() {
        String before = problem;
        try {
            digests = KeyDigests.read(location);
            problem = null;
        } catch (IOException e) {
            problem = e.getMessage();
        }
        String now = problem;
        if (now == null && before != null) {
            LOG.info("The API keys can be read again: " + digests.size() + " from " + location);
        } else if (!Objects.equals(now, before)) {
            LOG.warning(
                    "The API keys read before remain valid, because %s. Correct %s."
                            .formatted(now, location));
        }
    }
}
