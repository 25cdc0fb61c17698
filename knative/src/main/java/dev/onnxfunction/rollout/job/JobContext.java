package dev.onnxfunction.rollout.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The Job that runs this process. All its pods get the same values, so that a new pod can resume
 * the rollout that an earlier one began.
 *
 * @param id of its rollout
 * @param begun when the Job was submitted
 * @param keys a folder of files with a key of the Service's clients on each line; it may be empty
 */
public record JobContext(String id, Instant begun, Path keys) {

    static final String ID = "ROLLOUT_ID";
    static final String BEGUN = "ROLLOUT_BEGUN";
    static final String KEYS = "ROLLOUT_CLIENT_KEYS";

    /** Where the keys are mounted. */
    static final String DEFAULT_KEYS = "/keys";

    /** The context of a Job that is submitted now. */
    public static JobContext now(String id) {
        return new JobContext(id, Instant.now(), Path.of(DEFAULT_KEYS));
    }

    /**
     * The first line of the first file that is a key, by the rules of the function: it ignores
     * empty lines and files whose names begin with a dot. Empty if clients need no key.
     *
     * @throws IOException if the folder or a file cannot be read
     */
    public Optional<String> key() throws IOException {
        if (!Files.isDirectory(keys)) {
            return Optional.empty();
        }
        try (Stream<Path> entries = Files.list(keys)) {
            List<Path> files =
                    entries.filter(Files::isRegularFile)
                            .filter(file -> !file.getFileName().toString().startsWith("."))
                            .sorted()
                            .toList();
            for (Path file : files) {
                Optional<String> key =
                        Files.readAllLines(file).stream()
                                .map(String::strip)
                                .filter(line -> !line.isEmpty())
                                .findFirst();
                if (key.isPresent()) {
                    return key;
                }
            }
            return Optional.empty();
        }
    }

    /**
     * Reads the context from environment variables; empty outside of a Job.
     *
     * @throws IllegalArgumentException if the variables are incomplete
     */
    public static Optional<JobContext> of(Map<String, String> environment) {
        String id = environment.get(ID);
        if (id == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new JobContext(
                            id,
                            Instant.parse(environment.getOrDefault(BEGUN, "")),
                            Path.of(environment.getOrDefault(KEYS, DEFAULT_KEYS))));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    ID + " is set, but " + BEGUN + " is not a time such as 2026-01-01T00:00:00Z.",
                    e);
        }
    }
}
