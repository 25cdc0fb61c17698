package dev.onnxfunction.rollout.cluster;

import dev.onnxfunction.rollout.engine.Outcome;
import dev.onnxfunction.rollout.engine.Rollout;
import dev.onnxfunction.rollout.engine.RolloutPlan;
import dev.onnxfunction.rollout.engine.RolloutPlan.Analysis;
import dev.onnxfunction.rollout.engine.State.Over;
import dev.onnxfunction.rollout.engine.State.Recorded;
import dev.onnxfunction.rollout.engine.State.Running;

import io.fabric8.kubernetes.api.model.ObjectMeta;

import org.jspecify.annotations.Nullable;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The state of a rollout as annotations of the Service, one per field. */
final class Annotations {

    static final String PREFIX = "rollout.onnxfunction.dev/";

    /** On a revision: the hash of the template that it was created from. */
    static final String SOURCE = PREFIX + "source";

    private static final String RUNNING = "running";

    private Annotations() {}

    /** All annotations, with ours replaced by those of this state. */
    static Map<String, String> with(@Nullable Map<String, String> others, Recorded recorded) {
        Map<String, String> all = new HashMap<>(others == null ? Map.of() : others);
        all.keySet().removeIf(key -> key.startsWith(PREFIX));
        Rollout rollout = recorded.rollout();
        put(all, "id", rollout.id());
        put(all, "candidate", rollout.candidate());
        if (rollout.live() != null) {
            put(all, "live", rollout.live());
        }
        RolloutPlan plan = rollout.plan();
        put(
                all,
                "plan",
                plan.percents().stream().map(String::valueOf).collect(Collectors.joining(",")));
        put(all, "hold", plan.hold().toString());
        put(all, "deadline", plan.deadline().toString());
        put(all, "live-deadline", plan.liveDeadline().toString());
        put(all, "replace-failed-live", Boolean.toString(plan.replacesFailedLive()));
        put(all, "bake", plan.analysis().bake().toString());
        put(all, "min-requests", Integer.toString(plan.analysis().minRequests()));
        put(all, "max-hold", plan.analysis().maxHold().toString());
        put(all, "shadow", plan.analysis().shadow().toString());
        put(all, "approval", plan.analysis().approval().toString());
        put(all, "begun", rollout.begun().toString());
        switch (recorded) {
            case Running running -> {
                put(all, "phase", RUNNING);
                put(all, "stage", Integer.toString(running.stage()));
                put(all, "since", running.since().toString());
                put(all, "awaits-approval", Boolean.toString(running.awaitsApproval()));
            }
            case Over over -> {
                put(all, "phase", over.outcome().name().toLowerCase(Locale.ROOT));
                put(all, "since", over.at().toString());
                put(all, "reason", over.reason());
            }
        }
        return all;
    }

    /** The hash of the template that a revision, or a template, was created from; null if none. */
    static @Nullable String source(ObjectMeta revision) {
        Map<String, String> all = revision.getAnnotations();
        return all == null ? null : all.get(SOURCE);
    }

    private static void put(Map<String, String> all, String key, String value) {
        all.put(PREFIX + key, value);
    }

    /** The recorded state; null if no rollout ever wrote any. */
    static @Nullable Recorded read(@Nullable Map<String, String> all)
            throws UnsupportedServiceException {
        if (all == null || !all.containsKey(PREFIX + "id")) {
            return null;
        }
        try {
            Rollout rollout = rollout(all);
            Instant since = Instant.parse(get(all, "since"));
            String phase = get(all, "phase");
            return phase.equals(RUNNING)
                    ? running(
                            rollout,
                            Integer.parseInt(get(all, "stage")),
                            since,
                            Boolean.parseBoolean(all.get(PREFIX + "awaits-approval")))
                    : new Over(
                            rollout,
                            Outcome.valueOf(phase.toUpperCase(Locale.ROOT)),
                            get(all, "reason"),
                            since);
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new UnsupportedServiceException(
                    "The annotations "
                            + PREFIX
                            + "* are not what a rollout writes: "
                            + e.getMessage()
                            + " Put all traffic where you want it, and remove them: kubectl"
                            + " annotate ksvc NAME "
                            + PREFIX
                            + "id-");
        }
    }

    private static Rollout rollout(Map<String, String> all) {
        RolloutPlan plan =
                new RolloutPlan(
                        percents(get(all, "plan")),
                        Duration.parse(get(all, "hold")),
                        Duration.parse(get(all, "deadline")),
                        liveDeadline(all.get(PREFIX + "live-deadline")),
                        Boolean.parseBoolean(all.get(PREFIX + "replace-failed-live")),
                        watch(all));
        return new Rollout(
                get(all, "id"),
                get(all, "candidate"),
                all.get(PREFIX + "live"),
                plan,
                begun(all.get(PREFIX + "begun")));
    }

    private static Running running(
            Rollout rollout, int stage, Instant since, boolean awaitsApproval) {
        if (stage < 0 || stage > rollout.plan().last()) {
            throw new IllegalArgumentException("There is no stage " + stage + ".");
        }
        return new Running(rollout, stage, since, awaitsApproval);
    }

    /** An earlier version of the command did not write it. */
    private static Duration liveDeadline(@Nullable String text) {
        return text == null ? RolloutPlan.LIVE_DEADLINE : Duration.parse(text);
    }

    /** An earlier version of the command did not write it. */
    private static Analysis watch(Map<String, String> all) {
        return all.containsKey(PREFIX + "bake")
                ? new Analysis(
                        Duration.parse(get(all, "bake")),
                        Integer.parseInt(get(all, "min-requests")),
                        Duration.parse(get(all, "max-hold")),
                        orZero(all.get(PREFIX + "shadow")),
                        orZero(all.get(PREFIX + "approval")))
                : Analysis.NONE;
    }

    private static Instant begun(@Nullable String text) {
        return text == null ? Instant.EPOCH : Instant.parse(text);
    }

    private static Duration orZero(@Nullable String text) {
        return text == null ? Duration.ZERO : Duration.parse(text);
    }

    private static List<Integer> percents(String plan) {
        return Arrays.stream(plan.split(",", -1)).map(Integer::valueOf).toList();
    }

    private static String get(Map<String, String> all, String key) {
        String value = all.get(PREFIX + key);
        if (value == null) {
            throw new IllegalArgumentException(PREFIX + key + " is missing.");
        }
        return value;
    }
}
