package dev.onnxfunction.rollout.report;

import static java.util.Comparator.comparing;

import dev.onnxfunction.rollout.engine.Observation.Present;
import dev.onnxfunction.rollout.engine.Revision;
import dev.onnxfunction.rollout.engine.Revision.Readiness;
import dev.onnxfunction.rollout.engine.Rollout;
import dev.onnxfunction.rollout.engine.State.Over;
import dev.onnxfunction.rollout.engine.State.Running;
import dev.onnxfunction.rollout.engine.Target;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** The output of {@code rollout status}. */
public final class StatusReport {

    private StatusReport() {}

    /**
     * The lines of the report: revisions from the newest to the oldest, then the last rollout.
     *
     * @param addresses by tag
     */
    public static List<String> lines(
            Present present, Function<String, Optional<URI>> addresses, Instant now) {
        List<String> lines = new ArrayList<>();
        present.revisions().values().stream()
                .sorted(comparing(Revision::created).reversed())
                .forEach(revision -> lines.add(line(revision, present)));
        for (Target target : present.traffic().targets()) {
            if (target.tag() != null) {
                addresses
                        .apply(target.tag())
                        .ifPresent(address -> lines.add(target.tag() + ": " + address));
            }
        }
        if (!present.settled()) {
            lines.add("This traffic has not reached users yet: " + present.unsettled());
        }
        lines.add(rollout(present, now));
        lines.replaceAll(PlainText::of);
        return lines;
    }

    private static String line(Revision revision, Present present) {
        String tags =
                String.join(
                        ", ",
                        present.traffic().targets().stream()
                                .filter(target -> target.revision().equals(revision.name()))
                                .map(Target::tag)
                                .filter(tag -> tag != null)
                                .toList());
        return "%3d %%  %-40s %-10s %-8s %s"
                .formatted(
                        present.traffic().of(revision.name()),
                        revision.name(),
                        tags,
                        revision.readiness().name().toLowerCase(Locale.ROOT),
                        revision.problem())
                .stripTrailing();
    }

    private static String rollout(Present present, Instant now) {
        return switch (present.recorded()) {
            case null -> "This Service has had no rollout yet.";
            case Over over ->
                    "The rollout of %s ended at %s: %s"
                            .formatted(over.rollout().candidate(), over.at(), over.reason());
            case Running running -> running(running, now) + live(running, present);
        };
    }

    private static String live(Running running, Present present) {
        Rollout rollout = running.rollout();
        Revision live = rollout.live() == null ? null : present.revisions().get(rollout.live());
        return live == null || live.readiness() == Readiness.READY
                ? ""
                : " Its live revision %s is not ready: repair it, or run 'rollout promote' for %s."
                        .formatted(live.name(), rollout.candidate());
    }

    private static String running(Running running, Instant now) {
        Rollout rollout = running.rollout();
        Instant end = running.since().plus(running.longestHold()).plus(rollout.plan().deadline());
        String late =
                now.isAfter(end)
                        ? " It should have advanced by now, so no process seems to drive it. Deploy"
                                + " the same again to resume it, or end it with 'rollout abort'."
                        : "";
        String waits =
                running.awaitsApproval()
                        ? " It has passed the gates, and waits for 'rollout approve'."
                        : "";
        return "The rollout %s of %s is under way, at %d %% since %s.%s%s"
                .formatted(
                        rollout.id(),
                        rollout.candidate(),
                        rollout.plan().percent(running.stage()),
                        running.since(),
                        waits,
                        late);
    }
}
