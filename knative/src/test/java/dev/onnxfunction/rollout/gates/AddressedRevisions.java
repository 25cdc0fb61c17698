package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.drive.Instance;
import dev.onnxfunction.rollout.drive.Platform;
import dev.onnxfunction.rollout.drive.PlatformException;
import dev.onnxfunction.rollout.engine.Observation.Absent;
import dev.onnxfunction.rollout.engine.Observation.ObservedService;
import dev.onnxfunction.rollout.engine.Step.Change;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A platform as gates may use it: they look up addresses and instances, and change nothing.
 *
 * @param address of the revision with a tag
 * @param pods instances of a revision
 */
record AddressedRevisions(Function<String, URI> address, Pods pods) implements Platform {

    /** Lists the instances of a revision. */
    @FunctionalInterface
    interface Pods {
        List<Instance> of(String revision) throws PlatformException;
    }

    @Override
    public Optional<URI> address(String tag) {
        return Optional.of(address.apply(tag));
    }

    @Override
    public List<Instance> instances(String revision) throws PlatformException {
        return pods.of(revision);
    }

    @Override
    public ObservedService observe() {
        return new Absent();
    }

    @Override
    public void write(Change change) {
        throw new AssertionError("A gate writes nothing.");
    }

    @Override
    public void delete() {
        throw new AssertionError("A gate deletes nothing.");
    }

    @Override
    public List<String> diagnose(String revision) {
        return List.of();
    }

    @Override
    public List<String> tidy() {
        return List.of();
    }
}
