package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.drive.CallException;
import dev.onnxfunction.rollout.drive.Platform;
import dev.onnxfunction.rollout.engine.State.Running;
import dev.onnxfunction.rollout.gates.Finding.Result;
import dev.onnxfunction.rollout.gates.traffic.Comparison;
import dev.onnxfunction.rollout.gates.traffic.ErrorComparison;
import dev.onnxfunction.rollout.gates.traffic.RevisionWatch;
import dev.onnxfunction.rollout.gates.traffic.TrafficWatch;

import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;

/** Judges the candidate by the requests of real users and by its pods. */
final class RealTraffic {

    /** Probability, at most, with which real traffic ever sends back an equal candidate. */
    static final double LEVEL = 0.01;

    /** The level's parts: for answers with 5xx, refusals, response times, and the shift. */
    static final double OF_EACH = LEVEL / 4;

    /** Minimum number of the candidate's requests to judge it by. */
    private static final int LEAST = 50;

    private static final String NO_KEY = "without ROLLOUT_KEY, the gates' requests count as theirs";

    private final Limits limits;
    private final boolean marks;
    private final TrafficWatch watch;

    /**
     * @param reach whose headers each scrape has
     */
    RealTraffic(Limits limits, HttpClient http, Reach reach) {
        this.limits = limits;
        marks = reach.isMarked();
        watch = new TrafficWatch(http, reach.headers(), OF_EACH);
    }

    /** What is seen of both. */
    TrafficWatch watch() {
        return watch;
    }

    /**
     * Takes a look at the pods of both revisions.
     *
     * @param comparing whether live serves, too
     */
    List<Finding> findings(Running running, Platform platform, boolean comparing)
            throws InterruptedException {
        try {
            watch.look(running, platform);
        } catch (CallException e) {
            return List.of(Finding.unknown("pods", "", "", e.problem()));
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(pods());
        findings.add(new MemoryGate(watch.candidate(), limits.memory()).finding(watch.live()));
        findings.add(restarts());
        if (running.stage() > 0 && comparing && running.rollout().live() != null) {
            findings.addAll(users(running));
        }
        return findings;
    }

    /** Why no request of users can be judged; empty if they can be. */
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

    private Finding pods() {
        List<String> unread = new ArrayList<>(watch.live().unread());
        unread.addAll(watch.candidate().unread());
        String live = scraped(watch.live());
        String candidate = scraped(watch.candidate());
        return unread.isEmpty()
                ? new Finding("pods", live, candidate, "", "")
                : Finding.unknown("pods", live, candidate, String.join("; ", unread));
    }

    private static String scraped(RevisionWatch revision) {
        int all = revision.instances();
        int read = all - revision.unread().size();
        return read == all ? Integer.toString(all) : read + " of " + all + " read";
    }

    private Finding restarts() {
        List<String> restarts = watch.candidate().restarts();
        return new Finding(
                "restarts",
                Integer.toString(watch.live().restarts().size()),
                Integer.toString(restarts.size()),
                "0",
                restarts.isEmpty()
                        ? ""
                        : String.join(", and ", restarts)
                                + ". See why: 'rollout status', and its logs.");
    }

    private List<Finding> users(Running running) {
        String obstacle = obstacle();
        if (obstacle.isEmpty() && !watch.live().marked()) {
            obstacle =
                    "live's pods do not know ROLLOUT_KEY, so the gates' requests count as theirs";
        }
        if (!obstacle.isEmpty()) {
            return List.of(Finding.unknown("users", "", "", obstacle));
        }
        return comparison(running);
    }

    /** The findings of the comparison. */
    List<Finding> comparison(Running running) {
        List<Finding> findings = new ArrayList<>();
        findings.add(count(running));
        findings.add(errors("users: 5xx", "got 5xx", watch.serverErrors()));
        findings.add(errors("users: refused", "were refused", watch.refusals()));
        Comparison.Half live = watch.reference();
        if (live == null) {
            findings.add(
                    Finding.unknown(
                            "users: p99", "", "", "live has had none while it was watched"));
            return findings;
        }
        int stages = running.rollout().plan().last();
        UserLatency latency = new UserLatency(limits.latency(), OF_EACH / 2 / stages);
        findings.add(latency.finding("p50", live, live.median(), candidate().median()));
        findings.add(latency.finding("p99", live, live.p99(), candidate().p99()));
        findings.add(
                new UserShift(limits.shift(), OF_EACH / stages)
                        .finding(live.served().predictions(), candidate().served().predictions()));
        return findings.stream().map(this::weighed).toList();
    }

    private Comparison.Half candidate() {
        return watch.candidateHere();
    }

    private Finding count(Running running) {
        Comparison.Half live = watch.reference();
        int wanted = running.rollout().plan().watch().minRequests();
        return new Finding(
                "users",
                live == null ? "" : live.served().requests() + " requests",
                candidate().served().requests() + " requests",
                wanted == 0 ? "" : "≥ " + wanted,
                "");
    }

    private static Finding errors(String gate, String what, ErrorComparison errors) {
        return new Finding(
                gate,
                errors.ofLive(),
                errors.ofCandidate(),
                "not more",
                errors.isMore()
                        ? "%s requests of users to it %s, and %s to live, which are more than chance explains. See its logs, and try what users send."
                                .formatted(errors.ofCandidate(), what, errors.ofLive())
                        : "");
    }

    /** Makes a pass on too few requests inconclusive. */
    private Finding weighed(Finding finding) {
        long requests = candidate().served().requests();
        return finding.passed() && requests < LEAST
                ? finding.with(Result.INCONCLUSIVE, "judged on " + requests + " requests")
                : finding;
    }
}
