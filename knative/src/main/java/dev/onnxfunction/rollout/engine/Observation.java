package dev.onnxfunction.rollout.engine;

import static java.util.stream.Collectors.toSet;

import dev.onnxfunction.rollout.engine.State.Recorded;
import dev.onnxfunction.rollout.engine.State.Running;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * One observation of the Service.
 *
 * @param service the Service
 * @param verdict the gates' last one; null if they have not run yet
 * @param apiFailure failures of calls since the last successful one; null if there is none
 */
public record Observation(
        ObservedService service, @Nullable Verdict verdict, @Nullable ApiFailure apiFailure) {

    /** Age from which the gates' last verdict counts no more. */
    private static final Duration LONGEST_AGE = Duration.ofSeconds(5);

    /** The observed Service. */
    public sealed interface ObservedService {}

    /** There is no Service of that name. */
    public record Absent() implements ObservedService {}

    /** It could not be read. */
    public record Unreachable() implements ObservedService {}

    /**
     * The Service has something that a rollout does not support.
     *
     * @param problem what, and how to fix it
     * @param revisions by name, as far as they could be read
     * @param recorded what the last rollout wrote about itself; null if there was none, or if it
     *     could not be read
     */
    public record Unsupported(
            String problem, Map<String, Revision> revisions, @Nullable Recorded recorded)
            implements ObservedService {

        /** The worst case for a rollout that returns to live: the candidate has all traffic. */
        Present worst(Rollout rollout) {
            Traffic all = Traffic.first(rollout.candidate(), Tags.CANDIDATE);
            return new Present(all, false, problem, revisions, recorded);
        }
    }

    /**
     * The Service exists.
     *
     * @param traffic as last written to the Service
     * @param settled whether Knative has applied it for users
     * @param unsettled why it is not; empty if it is
     * @param revisions by name
     * @param recorded what the last rollout wrote about itself; null if there was none
     */
    public record Present(
            Traffic traffic,
            boolean settled,
            String unsettled,
            Map<String, Revision> revisions,
            @Nullable Recorded recorded)
            implements ObservedService {

        /** Whether the annotations of the Service record this rollout. */
        boolean records(Rollout rollout) {
            return recorded != null && recorded.rollout().id().equals(rollout.id());
        }

        /** The names of the revisions that can take traffic. */
        Set<String> ready() {
            return revisions.values().stream()
                    .filter(revision -> revision.readiness() == Revision.Readiness.READY)
                    .map(Revision::name)
                    .collect(toSet());
        }
    }

    /** Verdict of the gates. */
    public sealed interface Verdict {

        /** Whether a verdict is on the current stage, and recent enough to decide by it. */
        static boolean isFresh(@Nullable Verdict verdict, Running running, Instant now) {
            return verdict instanceof AtStage judged
                    && judged.stage() == running.stage()
                    && !judged.at().isBefore(running.since())
                    && !judged.at().isAfter(now)
                    && now.isBefore(judged.at().plus(LONGEST_AGE));
        }
    }

    /** A verdict that holds for one stage, for a short time. */
    public sealed interface AtStage extends Verdict {

        /** The stage. */
        int stage();

        /** The time of the verdict. */
        Instant at();
    }

    /**
     * The candidate passes all gates.
     *
     * @param stage of this verdict
     * @param at time of this verdict
     */
    public record Passed(int stage, Instant at) implements AtStage {}

    /**
     * The candidate passes all gates that could decide, but needs more requests at this stage.
     *
     * @param stage of this verdict
     * @param at time of this verdict
     * @param why in a few words
     */
    public record Undecided(int stage, Instant at, String why) implements AtStage {}

    /**
     * The live revision does not answer as it must; the candidate passes all gates that need no
     * comparison.
     *
     * @param stage of this verdict
     * @param at time of this verdict
     * @param reason names the live revision and its failure, in sentences
     */
    public record LiveFailed(int stage, Instant at, String reason) implements AtStage {}

    /**
     * Neither revision could be tested, through no known fault of theirs: the command has no valid
     * key, or both are out of reach.
     *
     * @param reason what happened and what to do, in sentences
     */
    public record Untested(String reason) implements Verdict {}

    /**
     * The candidate fails a gate, or a signal stops the command.
     *
     * @param outcome {@code FAILED} or {@code INTERRUPTED}
     * @param reason in sentences
     */
    public record Failed(Outcome outcome, String reason) implements Verdict {

        /**
         * The candidate fails a gate.
         *
         * @param reason in sentences
         */
        public Failed(String reason) {
            this(Outcome.FAILED, reason);
        }
    }

    /**
     * Calls of the API server fail.
     *
     * @param since time of the first failure
     * @param permanent whether a retry is unlikely to help, such as a refusal by 403
     * @param problem message of the last failure
     */
    public record ApiFailure(Instant since, boolean permanent, String problem) {

        boolean lastsFor(Duration patience, Instant now) {
            return !now.isBefore(since.plus(patience));
        }
    }
}
