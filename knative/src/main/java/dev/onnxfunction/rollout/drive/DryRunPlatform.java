package dev.onnxfunction.rollout.drive;

import dev.onnxfunction.rollout.engine.Observation.Absent;
import dev.onnxfunction.rollout.engine.Observation.ObservedService;
import dev.onnxfunction.rollout.engine.Observation.Present;
import dev.onnxfunction.rollout.engine.Revision;
import dev.onnxfunction.rollout.engine.Revision.Readiness;
import dev.onnxfunction.rollout.engine.Step.Change;
import dev.onnxfunction.rollout.engine.Traffic;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The platform of a dry run: observes the real one once, and then simulates its state as if every
 * step succeeded. It writes nothing.
 */
public final class DryRunPlatform implements Platform {

    private final Platform platform;
    private final InstantSource clock;
    private @Nullable ObservedService service;

    /**
     * @param platform the real one
     */
    public DryRunPlatform(Platform platform, InstantSource clock) {
        this.platform = platform;
        this.clock = clock;
    }

    @Override
    public ObservedService observe() throws PlatformException {
        if (service == null) {
            ObservedService first = platform.observe();
            service = first instanceof Present present ? settled(present) : first;
        }
        return service;
    }

    /** The state once everything that a rollout waits for has happened. */
    private static Present settled(Present present) {
        Map<String, Revision> revisions = new HashMap<>(present.revisions());
        revisions.replaceAll(
                (name, each) ->
                        each.readiness() == Readiness.PENDING
                                ? new Revision(name, Readiness.READY, "", each.created())
                                : each);
        return new Present(present.traffic(), true, "", revisions, present.recorded());
    }

    @Override
    public void write(Change change) {
        Map<String, Revision> revisions = new HashMap<>();
        Traffic traffic = change.traffic();
        if (service instanceof Present present) {
            revisions.putAll(present.revisions());
            traffic = traffic == null ? present.traffic() : traffic;
        }
        if (traffic == null) {
            throw new IllegalStateException("A new Service needs traffic.");
        }
        if (change.template()) {
            String name = change.recorded().rollout().candidate();
            revisions.put(name, new Revision(name, Readiness.READY, "", clock.instant()));
        }
        service = new Present(traffic, true, "", revisions, change.recorded());
    }

    @Override
    public void delete() {
        service = new Absent();
    }

    @Override
    public Optional<URI> address(String tag) {
        return Optional.empty();
    }

    @Override
    public List<Instance> instances(String revision) {
        return List.of();
    }

    @Override
    public List<String> diagnose(String revision) {
        return platform.diagnose(revision);
    }

    @Override
    public List<String> tidy() {
        return List.of();
    }
}
