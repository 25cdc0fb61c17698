package dev.onnxfunction.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Logger;

/**
 * How many connections may be open: the setting, or fewer if the process may not open as many
 * files. Thread-safe.
 */
final class ConnectionLimit {

    private static final Logger LOG = Logger.getLogger(ConnectionLimit.class.getName());

    /** Linux's list of the limits of this process. */
    private static final Path LIMITS = Path.of("/proc/self/limits");

    private static final String FILES = "Max open files";

    /** Maximum connections beyond the limit; they exist so that probes get a response. */
    private static final int MAX_RESERVE = 64;

    /** Files that are no connections, such as jars, keys, and connections to a collector. */
    private static final int OTHER_FILES = 32;

    /**
     * Below this many connections, the limit of files is not read, so that a start is not slower.
     */
    private static final int FEW = 16;

    private final int setting;
    private int connections;
    private int reserve;

    /**
     * @param setting {@code limits.max-connections}
     */
    ConnectionLimit(int setting) {
        this.setting = setting;
    }

    /** Whether there is no room for another connection beside those that are open. */
    synchronized boolean isReached(int open) {
        if (open < Math.min(FEW, setting)) {
            return false;
        }
        if (connections == 0) {
            look(maxFiles());
        }
        return open >= connections;
    }

    /** Maximum connections beyond the limit; valid once the limit is reached. */
    synchronized int reserve() {
        return reserve;
    }

    private void look(int files) {
        int available = Math.max(2, files - OTHER_FILES);
        reserve = Math.clamp(available / 4, 1, MAX_RESERVE);
        connections = Math.min(setting, available - reserve);
        if (connections < setting) {
            LOG.warning(
                    "At most %d connections are served, not limits.max-connections=%d, because the"
                                    .formatted(connections, setting)
                            + " process may open only %d files. Raise that limit (ulimit -n)."
                                    .formatted(files));
        }
    }

    private static int maxFiles() {
        try {
            for (String line : Files.readAllLines(LIMITS)) {
                if (line.startsWith(FILES)) {
                    String soft = line.substring(FILES.length()).strip();
                    return Integer.parseInt(soft.substring(0, soft.indexOf(' ')));
                }
            }
        } catch (IOException | IllegalArgumentException | StringIndexOutOfBoundsException _) {
            // Another system, or no limit.
        }
        return Integer.MAX_VALUE;
    }
}
