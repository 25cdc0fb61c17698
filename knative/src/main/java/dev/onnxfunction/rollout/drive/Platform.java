package dev.onnxfunction.rollout.drive;

import dev.onnxfunction.rollout.engine.Observation.Sight;
import dev.onnxfunction.rollout.engine.Step.Change;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Where the Service is: a cluster, or processes of this machine. */
public interface Platform {

    /** Looks at the Service. What follows refers to what was seen last. */
    Sight observe() throws CallException;

    /**
     * Writes all of a change or nothing of it, and nothing if the Service is no longer as it was
     * seen.
     */
    void write(Change change) throws CallException;

    /** Deletes the Service, unless it is no longer as it was seen. */
    void delete() throws CallException;

    /** The address of the revision with a tag, as seen last. */
    Optional<URI> address(String tag);

    /** The processes that serve a revision now, in no order; none if it is scaled to zero. */
    List<Instance> instances(String revision) throws CallException;

    /** Why a revision is not ready, in its own words, a line each. Never fails. */
    List<String> diagnose(String revision);

    /**
     * Removes what no longer serves a purpose, such as old revisions, after a rollout was won.
     *
     * @return what was removed, a line each
     */
    List<String> tidy() throws CallException;
}
