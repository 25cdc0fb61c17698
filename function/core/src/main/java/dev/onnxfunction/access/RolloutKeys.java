package dev.onnxfunction.access;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.logging.Logger;

/**
 * The keys that distinguish requests of a rollout from those of clients: the lines of a file, or of
 * all files of a folder, such as a mounted Secret of Kubernetes. They are read again every {@value
 * PeriodicRead#SECONDS_BETWEEN_READS} seconds. There may be no keys, temporarily or forever. Keys
 * that can no longer be read become invalid, and all requests then count as those of clients.
 * Thread-safe.
 *
 * <p>Never logs a key.
 */
public final class RolloutKeys implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(RolloutKeys.class.getName());

    private final Path location;
    private volatile KeyDigests keys = KeyDigests.NONE;
    private volatile @Nullable String problem = "";
    private @Nullable PeriodicRead reads;

    private RolloutKeys(Path location) {
        this.location = location;
        readAgain();
    }

    /**
     * Reads the keys now and then periodically until this is closed.
     *
     * @param location a file or a folder; null to turn rollout keys off
     * @return null if rollout keys are off
     */
    public static @Nullable RolloutKeys at(@Nullable Path location) {
        if (location == null) {
            return null;
        }
        RolloutKeys keys = readFrom(location);
        keys.reads = PeriodicRead.start("rollout-keys", keys::readAgain);
        return keys;
    }

    /** Reads the keys once. */
    static RolloutKeys readFrom(Path location) {
        return new RolloutKeys(location);
    }

    /**
     * Whether a request belongs to a rollout.
     *
     * @param key the value of its header field; null if it has none
     */
    public boolean admit(@Nullable String key) {
        return key != null && keys.contains(Credentials.utf8(key));
    }

    /** Reads the keys again and logs changes. */
    void readAgain() {
        String before = problem;
        try {
            keys = KeyDigests.read(location);
            problem = null;
        } catch (IOException e) {
            keys = KeyDigests.NONE;
            problem = e.getMessage();
        }
        String now = problem;
        if (now == null && before != null) {
            LOG.info(
                    "Requests with a key in "
                            + location
                            + " count as those of a rollout: "
                            + keys.size());
        } else if (!Objects.equals(now, before)) {
            LOG.info(
                    "All requests count as those of clients, because %s. Put a rollout key there to use rollouts."
                            .formatted(now));
        }
    }

    /** Stops reading the keys. */
    @Override
    public void close() {
        if (reads != null) {
            reads.close();
        }
    }
}
