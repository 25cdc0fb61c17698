package dev.onnxfunction.rollout.simulate;

import dev.onnxfunction.rollout.drive.Instance;
import dev.onnxfunction.rollout.drive.Platform;
import dev.onnxfunction.rollout.drive.PlatformException;
import dev.onnxfunction.rollout.engine.Observation.ObservedService;
import dev.onnxfunction.rollout.engine.Observation.Present;
import dev.onnxfunction.rollout.engine.Revision;
import dev.onnxfunction.rollout.engine.State;
import dev.onnxfunction.rollout.engine.Step.Change;
import dev.onnxfunction.rollout.engine.Tags;
import dev.onnxfunction.rollout.engine.Target;
import dev.onnxfunction.rollout.engine.Traffic;
import dev.onnxfunction.rollout.report.ProgressPrinter;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A Service whose revisions are processes of this machine. Nobody else writes to it. */
public final class LocalPlatform implements Platform, AutoCloseable {

    /** Name of the revision that is live at the start. */
    public static final String LIVE = "live-model";

    /** Name of the revision to roll out. */
    public static final String CANDIDATE = "candidate-model";

    private final Path function;
    private final Path candidate;
    private final Map<String, String> settings;
    private final InstantSource clock;
    private final ProgressPrinter printer;
    private final Proxy proxy;
    private final Map<String, LocalRevision> revisions = new ConcurrentHashMap<>();
    private Traffic traffic = new Traffic(List.of(new Target(LIVE, 100, Tags.LIVE)));
    private State.@Nullable Recorded recorded;
    private @Nullable SimulatedUsers users;

    /**
     * Starts the live model.
     *
     * @param function starts the function
     * @param settings further environment variables of the function
     */
    public LocalPlatform(
            Path function,
            Path live,
            Path candidate,
            Map<String, String> settings,
            InstantSource clock,
            ProgressPrinter printer)
            throws IOException {
        this.function = function;
        this.candidate = candidate;
        this.settings = settings;
        this.clock = clock;
        this.printer = printer;
        proxy =
                new Proxy(
                        name ->
                                Optional.ofNullable(revisions.get(name))
                                        .flatMap(LocalRevision::address));
        proxy.share(traffic);
        start(LIVE, live);
    }

    private void start(String name, Path model) throws IOException {
        LocalRevision revision =
                LocalRevision.start(name, function, model, settings, clock.instant());
        revisions.put(name, revision);
        printer.detail(name + " is process " + revision.pid() + " and serves " + model);
    }

    /** The address to which users send their requests. */
    public URI proxyAddress() {
        return proxy.address();
    }

    /**
     * Starts the simulated users.
     *
     * @param rows that they send, as JSON
     * @param rate requests a second, positive
     */
    public void startUsers(List<String> rows, int rate) {
        users = new SimulatedUsers(proxy.address(), rows, rate);
    }

    /** The live revision, which has to serve before a candidate can be compared with it. */
    public Revision live() {
        return revision(LIVE).seen();
    }

    /** The live revision's own address, whatever the traffic. */
    public URI liveAddress() {
        return revision(LIVE)
                .address()
                .orElseThrow(() -> new IllegalStateException("It does not serve yet."));
    }

    private LocalRevision revision(String name) {
        LocalRevision revision = revisions.get(name);
        if (revision == null) {
            throw new IllegalArgumentException("There is no " + name + ".");
        }
        return revision;
    }

    @Override
    public ObservedService observe() {
        Map<String, Revision> seen = new HashMap<>();
        revisions.forEach((name, revision) -> seen.put(name, revision.seen()));
        return new Present(traffic, true, "", seen, recorded);
    }

    @Override
    public void write(Change change) throws PlatformException {
        String counts = proxy.counts();
        if (!counts.isEmpty()) {
            printer.detail("Answered since the last step: " + counts);
        }
        if (change.template()) {
            try {
                start(CANDIDATE, candidate);
            } catch (IOException e) {
                throw new PlatformException("The candidate does not start: " + e, true, e);
            }
        }
        if (change.traffic() != null) {
            traffic = change.traffic();
            proxy.share(traffic);
        }
        recorded = change.recorded();
    }

    @Override
    public void delete() {
        throw new IllegalStateException("There is always a live revision.");
    }

    @Override
    public Optional<URI> address(String tag) {
        return traffic.tagged(tag).flatMap(name -> revision(name).address());
    }

    @Override
    public List<Instance> instances(String name) {
        return List.of(revision(name).instance());
    }

    @Override
    public List<String> diagnose(String name) {
        return revision(name).lastLines();
    }

    @Override
    public List<String> tidy() {
        return List.of();
    }

    /** Ends all processes. */
    @Override
    public void close() {
        if (users != null) {
            users.close();
        }
        proxy.close();
        revisions.values().forEach(LocalRevision::close);
    }
}
