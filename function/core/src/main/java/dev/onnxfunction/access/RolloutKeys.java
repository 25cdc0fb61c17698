package dev.onnxfunction.access;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.logging.Logger;

/**
 * The keys that distinguish requests of a rollout from those of clients: one that never changes,
 * and the lines of a file, or of all files of a folder, such as a mounted Secret of Kubernetes. The
 * files are read again every {@value PeriodicRead#SECONDS_BETWEEN_READS} seconds. They may hold no
 * keys, temporarily or forever. Keys that can no longer be read become invalid, and requests with
 * them then count as those of clients. Thread-safe.
 *
 * <p>A key that cannot be used never stops the start, because the function serves clients without
 * one: a wrong Secret would otherwise keep the next pod of the live revision from starting.
 *
 * <p>Never logs a key.
 */
public final class RolloutKeys implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(RolloutKeys.class.getName());

    private static final String NONE = "All requests count as those of clients";

    private static final String CONSTANT_ONLY =
            "Only requests with rollout.key count as those of a rollout";

    private final KeyDigests constant;
    private volatile KeyDigests read = KeyDigests.NONE;
    private volatile @Nullable String problem = "";
    private @Nullable PeriodicRead reads;

    private RolloutKeys(KeyDigests constant) {
        this.constant = constant;
    }

    /**
     * Reads the files now and then periodically until this is closed.
     *
     * @param key {@code rollout.key}, which never changes; null if there is none
     * @param location {@code rollout.keys}, a file or a folder; null if there is none
     * @return null without both: rollout keys are off
     */
    public static @Nullable RolloutKeys of(@Nullable String key, @Nullable Path location) {
        if (key == null && location == null) {
            return null;
        }
        RolloutKeys keys = new RolloutKeys(key == null ? KeyDigests.NONE : constant(key));
        if (location != null) {
            keys.read(location);
            keys.reads = PeriodicRead.start("rollout-keys", () -> keys.read(location));
        }
        return keys;
    }

    private static KeyDigests constant(String key) {
        try {
            return KeyDigests.of(KeyFile.checked(key, "the setting rollout.key (ROLLOUT_KEY)"));
        } catch (IOException e) {
            LOG.warning(
                    "Requests with rollout.key count as those of clients, because %s. Set a random key, such as the output of openssl rand -hex 24, or none."
                            .formatted(e.getMessage()));
            return KeyDigests.NONE;
        }
    }

    /**
     * Whether a request belongs to a rollout.
     *
     * @param key the value of its header field; null if it has none
     */
    @SuppressWarnings("ShortCircuitBoolean") // The time must not depend on which of the two has it.
    public boolean admit(@Nullable String key) {
        if (key == null) {
            return false;
        }
        String text = Credentials.utf8(key);
        return constant.contains(text) | read.contains(text);
    }

    /** Reads the files and logs changes. */
    void read(Path location) {
        String before = problem;
        try {
            read = KeyDigests.read(location);
            problem = null;
        } catch (IOException e) {
            read = KeyDigests.NONE;
            problem = e.getMessage();
        }
        String now = problem;
        if (now == null && before != null) {
            LOG.info(
                    "Requests with a key in %s count as those of a rollout: %d"
                            .formatted(location, read.size()));
        } else if (!Objects.equals(now, before)) {
            LOG.info(
                    "%s, because %s. Put a rollout key there to use rollouts."
                            .formatted(constant.size() == 0 ? NONE : CONSTANT_ONLY, now));
        }
    }

    /** Stops reading the files. */
    @Override
    public void close() {
        if (reads != null) {
            reads.close();
        }
    }
}
