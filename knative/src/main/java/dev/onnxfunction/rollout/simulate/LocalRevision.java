package dev.onnxfunction.rollout.simulate;

import dev.onnxfunction.rollout.drive.Instance;
import dev.onnxfunction.rollout.engine.Revision;
import dev.onnxfunction.rollout.engine.Revision.Readiness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The function with one model, as a process that listens on the loopback interface. */
final class LocalRevision implements AutoCloseable {

    /**
     * The line that the function logs when it serves, after its model has made a first prediction.
     */
    private static final Pattern SERVING = Pattern.compile("Serving .* on .*:(\\d+)$");

    private static final int KEPT_LINES = 20;

    private final String name;
    private final Process process;
    private final Instant created;
    private final Deque<String> lastLines = new ArrayDeque<>();
    private int port;

    private LocalRevision(String name, Process process, Instant created) {
        this.name = name;
        this.process = process;
        this.created = created;
    }

    /**
     * Starts the process, and does not wait until it serves.
     *
     * @param function starts the function
     * @param settings further environment variables of the function
     */
    static LocalRevision start(
            String name, Path function, Path model, Map<String, String> settings, Instant now)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(function.toAbsolutePath().toString()).redirectErrorStream(true);
        builder.environment().putAll(settings);
        builder.environment().put("MODEL_LOCATION", model.toString());
        builder.environment().put("PORT", "0");
        builder.environment().put("SERVER_ADDRESS", "127.0.0.1");
        LocalRevision revision = new LocalRevision(name, builder.start(), now);
        Thread.ofVirtual().name(name).start(revision::read);
        return revision;
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                keep(line);
            }
        } catch (IOException | UncheckedIOException e) {
            keep("Its output ended: " + e.getMessage());
        }
    }

    private synchronized void keep(String line) {
        Matcher serving = SERVING.matcher(line);
        if (serving.find()) {
            port = Integer.parseInt(serving.group(1));
        }
        lastLines.addLast(line);
        if (lastLines.size() > KEPT_LINES) {
            lastLines.removeFirst();
        }
    }

    /** The revision as Knative would report it. */
    synchronized Revision seen() {
        if (!process.isAlive()) {
            String problem = "Its process ended with exit code " + process.exitValue() + ".";
            return new Revision(name, Readiness.FAILED, problem, created);
        }
        return port == 0
                ? new Revision(name, Readiness.PENDING, "It starts.", created)
                : new Revision(name, Readiness.READY, "", created);
    }

    /** Its address; empty until it serves. */
    synchronized Optional<URI> address() {
        return port == 0 ? Optional.empty() : Optional.of(URI.create("http://127.0.0.1:" + port));
    }

    /** The only instance of the revision. */
    Instance instance() {
        URI address = address().orElse(null);
        return new Instance(
                name + "-" + pid(),
                "process " + pid(),
                address,
                address == null ? "It does not serve yet." : "",
                created,
                0,
                false,
                0);
    }

    long pid() {
        return process.pid();
    }

    /** The end of its log. */
    synchronized List<String> lastLines() {
        return List.copyOf(lastLines);
    }

    /** Ends the process, and waits for its end. */
    @Override
    public void close() {
        process.toHandle().destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
