package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.drive.Platform;
import dev.onnxfunction.rollout.drive.PlatformException;
import dev.onnxfunction.rollout.engine.State.Running;
import dev.onnxfunction.rollout.gates.GateResult.Status;
import dev.onnxfunction.rollout.gates.traffic.ErrorComparison;
import dev.onnxfunction.rollout.gates.traffic.RevisionWatch;
import dev.onnxfunction.rollout.gates.traffic.StageComparison;
import dev.onnxfunction.rollout.gates.traffic.TrafficWatch;

import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/** Judges the candidate by the requests of real users and by its pods. */
final class RealTraffic {

    /** Maximum probability that real traffic ever rejects an equally good candidate. */
    static final double LEVEL = 0.01;

    /**
     * The part of each of the four tests: responses with 5xx, refusals, response times, and the
     * shift.
     */
    static final double OF_EACH = LEVEL / 4;

    /** Minimum number of requests to the candidate for a decision. */
    private static final int LEAST = 50;

    private static final String NO_KEY = "without ROLLOUT_KEY, the gates' requests count as theirs";

    private final Limits limits;
    private final DoubleSupplier accepted;
    private final boolean marks;
    private final TrafficWatch watch;
    private boolean began;

    /**
     * @param accepted how far predictions may move from live's in any case, in the target's unit
     * @param access whose headers are sent with each scrape
     */
    RealTraffic(Limits limits, DoubleSupplier accepted, HttpClient http, RevisionAccess access) {
        this.limits = limits;
        this.accepted = accepted;
        marks = access.hasRolloutKey();
        watch = new TrafficWatch(http, access.headers(), OF_EACH);
    }

    /** The requests and pods of both revisions. */
    TrafficWatch watch() {
        return watch;
    }

    /**
     * Scrapes the pods before the first gates, so that a process that these gates end counts as
     * restarted. If it cannot, the first scrape after the gates is the first.
     */
    void begin(Running running, Platform platform) throws InterruptedException {
        if (began) {
            return;
        }
        began = true;
        try {
            watch.scrape(running, platform);
        } catch (PlatformException _) {
            // The gates after this one report it, if it lasts.
        }
    }

    /**
     * Scrapes the pods of both revisions, and judges the candidate.
     *
     * @param comparing whether live serves, too, so that it can be compared
     */
    List<GateResult> results(Running running, Platform platform, boolean comparing)
            throws InterruptedException {
        try {
            watch.scrape(running, platform);
        } catch (PlatformException e) {
            return List.of(GateResult.unknown("pods", "", "", e.problem()));
        }
        List<GateResult> results = new ArrayList<>();
        results.add(pods());
        results.add(new MemoryGate(watch.candidate(), limits.memory()).result(watch.live()));
        results.add(restarts());
        if (running.stage() > 0 && comparing && running.rollout().live() != null) {
            results.addAll(users(running));
        }
        return results;
    }

    /** Why the requests of users cannot be judged; empty if they can. */
    String obstacle() {
        if (!marks) {
            return NO_KEY;
        }
        List<String> unread = watch.candidate().unread();
        if (!unread.isEmpty() && unread.size() == watch.candidate().instances()) {
            return "no pod of the candidate returns its metrics: " + unread.getFirst();
        }
        return watch.candidate().marked()
                ? ""
                : "the candidate's pods do not know ROLLOUT_KEY, so the gates' requests count as"
                        + " theirs";
    }

    /** Requests of users that the candidate has served at this stage, as far as that is known. */
    long requests() {
        return obstacle().isEmpty() ? watch.candidateHere().served().requests() : 0;
    }

    private GateResult pods() {
        List<String> unread = new ArrayList<>(watch.live().unread());
        unread.addAll(watch.candidate().unread());
        String live = scraped(watch.live());
        String candidate = scraped(watch.candidate());
        return unread.isEmpty()
                ? new GateResult("pods", live, candidate, "", "")
                : GateResult.unknown("pods", live, candidate, String.join("; ", unread));
    }

    private static String scraped(RevisionWatch revision) {
        int all = revision.instances();
        int read = all - revision.unread().size();
        return read == all ? Integer.toString(all) : read + " of " + all + " read";
    }

    private GateResult restarts() {
        List<String> restarts = watch.candidate().restarts();
        return new GateResult(
                "restarts",
                Integer.toString(watch.live().restarts().size()),
                Integer.toString(restarts.size()),
                "0",
                restarts.isEmpty()
                        ? ""
                        : String.join(", and ", restarts)
                                + ". See why: 'rollout status', and its logs.");
    }

    private List<GateResult> users(Running running) {
        String obstacle = obstacle();
        if (obstacle.isEmpty() && !watch.live().marked()) {
            obstacle =
                    "live's pods do not know ROLLOUT_KEY, so the gates' requests count as theirs";
        }
        if (!obstacle.isEmpty()) {
            return List.of(GateResult.unknown("users", "", "", obstacle));
        }
        return comparison(running);
    }

    /** The findings of the comparison. */
    List<GateResult> comparison(Running running) {
        List<GateResult> results = new ArrayList<>();
        results.add(count(running));
        results.add(errors("users: 5xx", "got 5xx", watch.serverErrors()));
        results.add(errors("users: refused", "were refused", watch.refusals()));
        StageComparison.RevisionRequests live = watch.reference();
        if (live == null) {
            results.add(
                    GateResult.unknown(
                            "users: p99", "", "", "live has had none while it was watched"));
            return results;
        }
        int stages = running.rollout().plan().last();
        UserLatencyGate latency = new UserLatencyGate(limits.latency(), OF_EACH / 2 / stages);
        results.add(latency.result("p50", live, live.median(), candidate().median()));
        results.add(latency.result("p99", live, live.p99(), candidate().p99()));
        results.add(
                new UserShiftGate(limits.shift(), accepted.getAsDouble(), OF_EACH / stages)
                        .result(live.served().predictions(), candidate().served().predictions()));
        return results.stream().map(this::weighed).toList();
    }

    private StageComparison.RevisionRequests candidate() {
        return watch.candidateHere();
    }

    private GateResult count(Running running) {
        StageComparison.RevisionRequests live = watch.reference();
        int wanted = running.rollout().plan().analysis().minRequests();
        return new GateResult(
                "users",
                live == null ? "" : live.served().requests() + " requests",
                candidate().served().requests() + " requests",
                wanted == 0 ? "" : "≥ " + wanted,
                "");
    }

    private static GateResult errors(String gate, String what, ErrorComparison errors) {
        return new GateResult(
                gate,
                errors.ofLive(),
                errors.ofCandidate(),
                "not more",
                errors.isMore()
                        ? "%s requests of users to it %s, and %s to live, which are more than chance explains. See its logs, and try what users send."
                                .formatted(errors.ofCandidate(), what, errors.ofLive())
                        : "");
    }

    /** Turns a pass on too few requests into an inconclusive result. */
    private GateResult weighed(GateResult result) {
        long requests = candidate().served().requests();
        return result.passed() && requests < LEAST
                ? result.with(Status.INCONCLUSIVE, "judged on " + requests + " requests")
                : result;
    }
}
