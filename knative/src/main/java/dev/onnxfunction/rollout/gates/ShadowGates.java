package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.drive.Gates;
import dev.onnxfunction.rollout.drive.Platform;
import dev.onnxfunction.rollout.drive.Sleeper;
import dev.onnxfunction.rollout.engine.DurationText;
import dev.onnxfunction.rollout.engine.Observation.Failed;
import dev.onnxfunction.rollout.engine.Observation.Passed;
import dev.onnxfunction.rollout.engine.Observation.Undecided;
import dev.onnxfunction.rollout.engine.Observation.Untested;
import dev.onnxfunction.rollout.engine.Observation.Verdict;
import dev.onnxfunction.rollout.engine.Rollout;
import dev.onnxfunction.rollout.engine.State.Running;
import dev.onnxfunction.rollout.engine.Tags;
import dev.onnxfunction.rollout.report.ProgressPrinter;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.DoubleSupplier;

/**
 * Runs other gates, and once they pass before there is traffic, a shadow: the candidate gets copies
 * of the clients' requests to the live revision, one after the other. No client waits for it.
 */
public final class ShadowGates implements Gates {

    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** How long copies are sent before the Service is observed again. */
    private static final Duration SLICE = Duration.ofSeconds(3);

    /**
     * Maximum number of waiting copies; if the candidate is slower than the clients, the oldest are
     * dropped.
     */
    private static final int MAX_WAITING = 1000;

    private static final String NO_SAMPLE =
            " The live revision hands out no copies of requests, which --shadow needs. It must have"
                    + " the key of this command as rollout.key or in rollout.keys (a pod reads the"
                    + " former only when it starts, and a changed Secret takes up to two minutes to"
                    + " reach the latter), and its rollout.sample-memory must not be 0.";

    private final Gates first;
    private final ShadowLimits limits;
    private final boolean inconclusivePasses;
    private final RevisionAccess access;
    private final InstantSource clock;
    private final Sleeper sleeper;
    private final ProgressPrinter printer;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT)
                    .build();
    private final LiveSample sample;
    private final ShadowComparison comparison;
    private final Queue<ShadowedRequest> waiting = new ArrayDeque<>();
    private @Nullable Instant begun;
    private boolean over;

    /**
     * @param first the other gates
     * @param budget of requests that the candidate may refuse or fail
     * @param accepted how far its predictions may move from live's in any case, in the target's
     *     unit
     * @param access whose headers have the key of rollouts
     */
    public ShadowGates(
            Gates first,
            ShadowLimits limits,
            Limits gateLimits,
            ErrorBudget budget,
            DoubleSupplier accepted,
            RevisionAccess access,
            InstantSource clock,
            Sleeper sleeper,
            ProgressPrinter printer) {
        this.first = first;
        this.limits = limits;
        this.inconclusivePasses = gateLimits.errors().inconclusivePasses();
        this.access = access;
        this.clock = clock;
        this.sleeper = sleeper;
        this.printer = printer;
        sample = new LiveSample(http, access);
        comparison = new ShadowComparison(budget, gateLimits.shift(), accepted);
    }

    @Override
    public Verdict run(Running running, Platform platform) throws InterruptedException {
        if (over || running.stage() > 0 || running.rollout().live() == null) {
            return first.run(running, platform);
        }
        Instant since = begun;
        if (since == null) {
            Verdict verdict = first.run(running, platform);
            if (!(verdict instanceof Passed)) {
                return verdict;
            }
            since = clock.instant();
            begun = since;
            printer.detail("Shadow: the candidate gets copies of the clients' requests to live.");
        }
        Optional<URI> address = platform.address(Tags.CANDIDATE);
        if (address.isEmpty()) {
            return new Undecided(running.stage(), clock.instant(), "the candidate has no address");
        }
        try {
            show(running.rollout(), platform, address.get());
        } catch (GateException e) {
            return new Untested(
                    e.problem() + (e.blames(running.rollout().live()) ? NO_SAMPLE : ""));
        }
        return verdict(running, !clock.instant().isBefore(since.plus(limits.time())));
    }

    private void show(Rollout rollout, Platform platform, URI address)
            throws GateException, InterruptedException {
        waiting.addAll(sample.take(platform, String.valueOf(rollout.live())));
        while (waiting.size() > MAX_WAITING) {
            waiting.remove();
        }
        RevisionConnection connection =
                new RevisionConnection(http, access, rollout.candidate(), address);
        FunctionClient candidate =
                new FunctionClient(connection, new AttemptCounts(), ErrorBudget.UNLIMITED, sleeper);
        Instant end = clock.instant().plus(SLICE);
        while (!waiting.isEmpty() && !isEnough() && clock.instant().isBefore(end)) {
            comparison.add(candidate, waiting.remove());
        }
    }

    private boolean isEnough() {
        return comparison.isFailed() || comparison.rows() >= limits.rows();
    }

    private Verdict verdict(Running running, boolean late) {
        if (!isEnough() && !late) {
            return new Undecided(running.stage(), clock.instant(), "shadow: " + counts());
        }
        over = true;
        List<GateResult> results = comparison.results();
        printer.details(ResultTable.lines(results));
        Failed failed = GateResult.verdict(results);
        if (failed != null) {
            return failed;
        }
        if (comparison.rows() >= limits.least()) {
            return new Passed(running.stage(), clock.instant());
        }
        String why = counts() + " in " + DurationText.of(limits.time()) + ": inconclusive.";
        printer.detail("Shadow: " + why);
        return inconclusivePasses
                ? new Passed(running.stage(), clock.instant())
                : new Failed(
                        "Gate 'shadow': "
                                + why
                                + " Ask for fewer with --shadow, wait longer with --shadow-time, or"
                                + " give --inconclusive pass.");
    }

    /** Such as {@code 12 of 500 rows, 0 of 3 requests refused or failed}. */
    private String counts() {
        int wanted = limits.rows() == ShadowLimits.MAX_ROWS ? limits.least() : limits.rows();
        String large =
                sample.tooLarge() == 0
                        ? ""
                        : ", " + sample.tooLarge() + " requests too large to be copied";
        return "%d of %d rows, %s%s"
                .formatted(comparison.rows(), wanted, comparison.failures(), large);
    }
}
