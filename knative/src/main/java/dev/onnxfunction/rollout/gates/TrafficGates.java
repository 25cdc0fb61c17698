package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.drive.Gates;
import dev.onnxfunction.rollout.drive.Platform;
import dev.onnxfunction.rollout.engine.DurationText;
import dev.onnxfunction.rollout.engine.Observation.Failed;
import dev.onnxfunction.rollout.engine.Observation.LiveFailed;
import dev.onnxfunction.rollout.engine.Observation.Passed;
import dev.onnxfunction.rollout.engine.Observation.Undecided;
import dev.onnxfunction.rollout.engine.Observation.Untested;
import dev.onnxfunction.rollout.engine.Observation.Verdict;
import dev.onnxfunction.rollout.engine.RolloutPlan;
import dev.onnxfunction.rollout.engine.State.Running;
import dev.onnxfunction.rollout.report.ProgressPrinter;

import org.jspecify.annotations.Nullable;

import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleSupplier;

/** Runs other gates, and once they pass, the gates on real traffic. */
public final class TrafficGates implements Gates {

    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** Pause between two scrapes while the other gates wait for an answer. */
    private static final Duration PERIOD = Duration.ofSeconds(5);

    private final Gates first;
    private final RealTraffic traffic;
    private final boolean inconclusivePasses;
    private final InstantSource clock;
    private final ProgressPrinter printer;
    private final Duration period;
    private int shown;

    /**
     * @param first the other gates
     * @param accepted how far predictions may move from live's in any case, in the target's unit
     * @param access whose headers are sent with each scrape
     */
    public TrafficGates(
            Gates first,
            Limits limits,
            DoubleSupplier accepted,
            RevisionAccess access,
            InstantSource clock,
            ProgressPrinter printer) {
        this(first, limits, accepted, access, clock, printer, PERIOD);
    }

    /**
     * @param period pause between two scrapes while the other gates wait for an answer
     */
    TrafficGates(
            Gates first,
            Limits limits,
            DoubleSupplier accepted,
            RevisionAccess access,
            InstantSource clock,
            ProgressPrinter printer,
            Duration period) {
        this.period = period;
        this.first = first;
        this.inconclusivePasses = limits.errors().inconclusivePasses();
        this.clock = clock;
        this.printer = printer;
        HttpClient http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT)
                        .build();
        traffic = new RealTraffic(limits, accepted, http, access);
    }

    @Override
    public Verdict run(Running running, Platform platform) throws InterruptedException {
        traffic.begin(running, platform);
        Verdict verdict = watched(running, platform);
        return switch (verdict) {
            case Passed _ -> judged(verdict, running, platform, "");
            case Undecided _ -> judged(verdict, running, platform, "");
            case LiveFailed failed -> judged(verdict, running, platform, " And " + failed.reason());
            default -> verdict;
        };
    }

    /**
     * Runs the other gates. A gate may wait 30 s for an answer, and so do users. Therefore the pods
     * are scraped meanwhile, and if that shows that the candidate has failed, the other gates end.
     */
    private Verdict watched(Running running, Platform platform) throws InterruptedException {
        if (running.stage() == 0) {
            return first.run(running, platform);
        }
        List<GateResult> results;
        try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Verdict> gates = thread.submit(() -> first.run(running, platform));
            try {
                do {
                    try {
                        return gates.get(period.toNanos(), TimeUnit.NANOSECONDS);
                    } catch (TimeoutException _) {
                        results = traffic.results(running, platform, false);
                    }
                } while (results.stream().allMatch(GateResult::passed));
            } catch (ExecutionException e) {
                throw e.getCause() instanceof RuntimeException defect
                        ? defect
                        : new IllegalStateException(e.getCause());
            } finally {
                thread.shutdownNow(); // Then close() waits until the gates have ended.
            }
        }
        return Objects.requireNonNull(failure(results, ""));
    }

    private Verdict judged(Verdict verdict, Running running, Platform platform, String also)
            throws InterruptedException {
        boolean comparing = !(verdict instanceof LiveFailed);
        List<GateResult> results = traffic.results(running, platform, comparing);
        Failed failed = failure(results, also);
        if (failed != null) {
            return failed;
        }
        Instant holdEnd = running.since().plus(running.rollout().plan().hold(running.stage()));
        boolean isOver = !clock.instant().isBefore(holdEnd);
        if (!(verdict instanceof Passed) || running.rollout().live() == null) {
            return verdict;
        }
        Verdict next = running.stage() == 0 || isOver ? enough(verdict, running) : verdict;
        if (isOver && running.stage() > shown && next instanceof Passed) {
            shown = running.stage();
            printer.detail("Real traffic, at " + percent(running) + ":");
            printer.details(ResultTable.lines(results));
        }
        return next;
    }

    private @Nullable Failed failure(List<GateResult> results, String also) {
        GateResult failed =
                results.stream().filter(result -> !result.passed()).findFirst().orElse(null);
        if (failed == null) {
            return null;
        }
        printer.details(ResultTable.lines(results));
        return new Failed("Gate '" + failed.gate() + "': " + failed.problem() + also);
    }

    private static String percent(Running running) {
        return running.rollout().plan().percent(running.stage()) + " %";
    }

    /**
     * Whether the candidate has served the required number of user requests, or may still do so in
     * time.
     */
    private Verdict enough(Verdict passed, Running running) {
        RolloutPlan plan = running.rollout().plan();
        int wanted = plan.analysis().minRequests();
        long requests = traffic.requests();
        if (wanted == 0 || (running.stage() > 0 && requests >= wanted)) {
            return passed;
        }
        String obstacle = traffic.obstacle();
        if (running.stage() == 0) {
            return obstacle.isEmpty()
                    ? passed
                    : new Untested(
                            "--min-requests %d cannot be counted: %s. Fix that, or leave it out."
                                    .formatted(wanted, obstacle));
        }
        String count =
                "%d of %d requests of users at %s%s"
                        .formatted(
                                requests,
                                wanted,
                                percent(running),
                                obstacle.isEmpty() ? "" : ", because " + obstacle);
        Instant end = running.since().plus(plan.longestHold(running.stage()));
        if (clock.instant().isBefore(end)) {
            return new Undecided(running.stage(), clock.instant(), count);
        }
        if (inconclusivePasses) {
            printer.detail("Judged on " + count + ": inconclusive.");
            return passed;
        }
        return new Failed(
                "Gate 'users': It was judged on %s within %s: inconclusive. Ask for fewer with --min-requests, wait longer with --max-hold, or give --inconclusive pass."
                        .formatted(count, DurationText.of(plan.longestHold(running.stage()))));
    }
}
