package dev.onnxfunction.rollout.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The Job that runs this process. All its pods get the same values, so that a new pod can resume
 * the rollout that an earlier one began.
 *
 * @param id of its rollout
 * @param begun when the Job was submitted
 * @param keys a folder with a file for each key of the Service's clients; it may be empty
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
     * The first key, by the name of its file; empty if clients need none.
     *
     * @throws IOException if the folder or a file cannot be read
     */
    public Optional<String> key() throws IOException {
        if (!Files.isDirectory(keys)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(keys)) {
            Optional<Path> first = files.filter(Files::isRegularFile).sorted().findFirst();
            return first.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Files.readString(first.get()).strip());
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
