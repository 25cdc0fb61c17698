package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.drive.Platform;
import dev.onnxfunction.rollout.drive.Sleeper;
import dev.onnxfunction.rollout.engine.Rollout;
import dev.onnxfunction.rollout.engine.Tags;
import dev.onnxfunction.rollout.gates.GateException.Kind;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Clients of the revisions under test. Requests are counted by revision, over the whole rollout.
 */
final class RevisionClients {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final RevisionAccess access;
    private final ErrorBudget budget;
    private final Sleeper sleeper;
    private final Map<String, AttemptCounts> counts = new HashMap<>();
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_TIMEOUT)
                    .build();

    /**
     * @param budget of errors of the candidate
     */
    RevisionClients(RevisionAccess access, ErrorBudget budget, Sleeper sleeper) {
        this.access = access;
        this.budget = budget;
        this.sleeper = sleeper;
    }

    /** A client of the live revision before there is a candidate. Its requests are not counted. */
    FunctionClient before(URI live) {
        RevisionConnection connection = new RevisionConnection(http, access, "live", live);
        return new FunctionClient(connection, new AttemptCounts(), budget, sleeper);
    }

    FunctionClient candidate(Platform platform, Rollout rollout) throws GateException {
        return client(platform, Tags.CANDIDATE, rollout.candidate(), budget);
    }

    /**
     * A client without an error budget, because a failure of live that a retry repairs changes
     * nothing.
     *
     * @return null if there is no live revision
     */
    @Nullable FunctionClient live(Platform platform, Rollout rollout) throws GateException {
        String name = rollout.live();
        return name == null ? null : client(platform, Tags.LIVE, name, ErrorBudget.UNLIMITED);
    }

    private FunctionClient client(Platform platform, String tag, String name, ErrorBudget allowed)
            throws GateException {
        Optional<URI> address = platform.address(tag);
        if (address.isEmpty()) {
            throw new GateException(
                    Kind.REFUSAL, name, "There is no address for the tag " + tag + ".");
        }
        RevisionConnection connection = new RevisionConnection(http, access, name, address.get());
        return new FunctionClient(connection, counts(name), allowed, sleeper);
    }

    /** The counts of the requests to a revision, which go on. */
    AttemptCounts counts(String revision) {
        return counts.computeIfAbsent(revision, _ -> new AttemptCounts());
    }
}
