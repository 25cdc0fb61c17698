package dev.onnxfunction.rollout.gates.traffic;

import dev.onnxfunction.rollout.drive.CallException;
import dev.onnxfunction.rollout.drive.Platform;
import dev.onnxfunction.rollout.engine.Rollout;
import dev.onnxfunction.rollout.engine.State.Running;

import org.jspecify.annotations.Nullable;

import java.net.http.HttpClient;
import java.util.Map;

/** Watches what users get from both revisions of one rollout. */
public final class TrafficWatch {

    private final Scraper scraper;
    private final RevisionWatch live = new RevisionWatch();
    private final RevisionWatch candidate = new RevisionWatch();
    private final ErrorComparison serverErrors;
    private final ErrorComparison refusals;
    private Comparison here = new Comparison();
    private @Nullable Comparison lastShared;
    private int stage;
    private boolean hasAll;

    /**
     * @param headers of each scrape
     * @param level probability, at most, with which an equal candidate ever fails for one kind of
     *     answer
     */
    public TrafficWatch(HttpClient http, Map<String, String> headers, double level) {
        scraper = new Scraper(http, headers);
        serverErrors = new ErrorComparison(Served::serverErrors, level);
        refusals = new ErrorComparison(Served::refused, level);
    }

    /** Scrapes all instances of both revisions. */
    public void look(Running running, Platform platform)
            throws CallException, InterruptedException {
        Rollout rollout = running.rollout();
        Served ofLive =
                rollout.live() == null
                        ? Served.NOTHING
                        : live.look(scraper.scrape(platform.instances(rollout.live())));
        Served ofCandidate =
                candidate.look(scraper.scrape(platform.instances(rollout.candidate())));
        add(running, ofLive, ofCandidate);
    }

    /** Adds what both revisions did since the last scrape. */
    public void add(Running running, Served ofLive, Served ofCandidate) {
        if (running.stage() != stage) {
            lastShared = stage > 0 ? here : null;
            here = new Comparison();
            stage = running.stage();
        }
        if (stage > 0) {
            hasAll = stage == running.rollout().plan().last();
            here.add(ofLive, ofCandidate);
            serverErrors.add(ofLive, ofCandidate, hasAll);
            refusals.add(ofLive, ofCandidate, hasAll);
        }
    }

    /** Live's instances. */
    public RevisionWatch live() {
        return live;
    }

    /** The candidate's instances. */
    public RevisionWatch candidate() {
        return candidate;
    }

    /** Answers with 5xx. */
    public ErrorComparison serverErrors() {
        return serverErrors;
    }

    /** Refusals of rows. */
    public ErrorComparison refusals() {
        return refusals;
    }

    /** What the candidate did at this stage. */
    public Comparison.Half candidateHere() {
        return here.candidate();
    }

    /**
     * What the candidate is compared with: what live did at this stage, or, once it has no traffic,
     * at the one before. Null if it never shared the traffic.
     */
    public Comparison.@Nullable Half reference() {
        if (!hasAll) {
            return here.live();
        }
        return lastShared == null ? null : lastShared.live();
    }
}
