package dev.onnxfunction.rollout.engine;

import static java.util.stream.Collectors.toSet;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * What is seen.
 *
 * @param sight the Service
 * @param verdict the last one of the gates; null if they were not asked yet
 * @param trouble that calls have had since the last one that went well; null if there is none
 */
public record Observation(Sight sight, @Nullable Verdict verdict, @Nullable Trouble trouble) {

    /** What is seen of the Service. */
    public sealed interface Sight {}

    /** There is no Service of that name. */
    public record Absent() implements Sight {}

    /** It could not be read. */
    public record Unseen() implements Sight {}

    /**
     * It has something that no rollout understands.
     *
     * @param problem what, and how to mend it
     * @param revisions by name, as far as they could be read
     * @param recorded what the last rollout wrote about itself; null if there was none, or that is
     *     what is not understood
     */
    public record Strange(
            String problem, Map<String, Revision> revisions, State.@Nullable Recorded recorded)
            implements Sight {

        /** Taken for the worst, for who is on the way back: the candidate has all traffic. */
        Present worst(Rollout rollout) {
            Traffic all = Traffic.first(rollout.candidate(), Tags.CANDIDATE);
            return new Present(all, false, problem, revisions, recorded);
        }
    }

    /**
     * It is there.
     *
     * @param traffic as it was last asked for
     * @param settled whether that is what users get
     * @param unsettled why it is not; empty if it is
     * @param revisions by name
     * @param recorded what the last rollout wrote about itself; null if there was none
     */
    public record Present(
            Traffic traffic,
            boolean settled,
            String unsettled,
            Map<String, Revision> revisions,
            State.@Nullable Recorded recorded)
            implements Sight {

        /** The names of the revisions that can take traffic. */
        Set<String> ready() {
            return revisions.values().stream()
                    .filter(revision -> revision.readiness() == Revision.Readiness.READY)
                    .map(Revision::name)
                    .collect(toSet());
        }
    }

    /** What the gates say. */
    public sealed interface Verdict {}

    /**
     * All gates are passed.
     *
     * @param stage at which they were
     * @param at when
     */
    public record Passed(int stage, Instant at) implements Verdict {}

    /**
     * All gates are passed that could decide, but this stage needs more before the next one.
     *
     * @param stage at which that was seen
     * @param at when
     * @param why in a few words
     */
    public record Undecided(int stage, Instant at, String why) implements Verdict {}

    /**
     * The live revision does not answer as it must; the candidate passes all gates that need no
     * comparison.
     *
     * @param stage at which that was seen
     * @param at when
     * @param reason names the live revision and what it failed of, in sentences
     */
    public record LiveFailed(int stage, Instant at, String reason) implements Verdict {}

    /**
     * Neither revision could be asked, by no fault of theirs that is known: the command has no
     * valid key, or the way to both is cut off.
     *
     * @param reason what happened and what to do, in sentences
     */
    public record Unjudged(String reason) implements Verdict {}

    /**
     * A gate is not passed, or the command is told to stop.
     *
     * @param outcome {@code FAILED} or {@code INTERRUPTED}
     * @param reason in sentences
     */
    public record Failed(Outcome outcome, String reason) implements Verdict {}

    /**
     * Calls of the API server fail.
     *
     * @param since when
     * @param lasting whether it was refused in a way that trying again will not change
     * @param problem what the last one said
     */
    public record Trouble(Instant since, boolean lasting, String problem) {

        boolean lastsFor(Duration patience, Instant now) {
            return lasting || !now.isBefore(since.plus(patience));
        }
    }
}
