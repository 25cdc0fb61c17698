package dev.onnxfunction.rollout.drive;

import dev.onnxfunction.rollout.engine.Observation.ObservedService;
import dev.onnxfunction.rollout.engine.Step.Change;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/** The platform that runs the Service: a cluster, or processes of this machine. */
public interface Platform {

    /** Observes the Service. The other methods refer to the last observation. */
    ObservedService observe() throws PlatformException;

    /**
     * Writes a change entirely or not at all, and not at all if the Service has changed since the
     * last observation.
     */
    void write(Change change) throws PlatformException;

    /** Deletes the Service, unless it has changed since the last observation. */
    void delete() throws PlatformException;

    /** The address of the revision with a tag, from the last observation. */
    Optional<URI> address(String tag);

    /** The processes that serve a revision now, in no order; none if it is scaled to zero. */
    List<Instance> instances(String revision) throws PlatformException;

    /** The platform's reasons why a revision is not ready, one per line. Never fails. */
    List<String> diagnose(String revision);

    /**
     * Deletes what is no longer needed, such as old revisions, after a rollout was won.
     *
     * @return what was deleted, one per line
     */
    List<String> tidy() throws PlatformException;
}
