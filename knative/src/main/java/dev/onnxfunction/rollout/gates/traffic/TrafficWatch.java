package dev.onnxfunction.rollout.gates.traffic;

import dev.onnxfunction.rollout.drive.Platform;
import dev.onnxfunction.rollout.drive.PlatformException;
import dev.onnxfunction.rollout.engine.Rollout;
import dev.onnxfunction.rollout.engine.State.Running;

import org.jspecify.annotations.Nullable;

import java.net.http.HttpClient;
import java.util.Map;

/** Observes the user requests that both revisions of one rollout serve. */
public final class TrafficWatch {

    private final Scraper scraper;
    private final RevisionWatch live = new RevisionWatch();
    private final RevisionWatch candidate = new RevisionWatch();
    private final ErrorComparison serverErrors;
    private final ErrorComparison refusals;
    private StageComparison here = new StageComparison();
    private @Nullable StageComparison lastShared;
    private int stage;
    private boolean hasAll;

    /**
     * @param headers of each scrape
     * @param level maximum probability that an equally good candidate ever fails for one kind of
     *     response
     */
    public TrafficWatch(HttpClient http, Map<String, String> headers, double level) {
        scraper = new Scraper(http, headers);
        serverErrors = new ErrorComparison(ServedRequests::serverErrors, level);
        refusals = new ErrorComparison(ServedRequests::refused, level);
    }

    /** Scrapes all instances of both revisions. */
    public void scrape(Running running, Platform platform)
            throws PlatformException, InterruptedException {
        Rollout rollout = running.rollout();
        ServedRequests ofLive =
                rollout.live() == null
                        ? ServedRequests.NOTHING
                        : live.add(scraper.scrape(platform.instances(rollout.live())));
        ServedRequests ofCandidate =
                candidate.add(scraper.scrape(platform.instances(rollout.candidate())));
        add(running, ofLive, ofCandidate);
    }

    /** Adds the requests since the last scrape. */
    public void add(Running running, ServedRequests ofLive, ServedRequests ofCandidate) {
        if (running.stage() != stage) {
            lastShared = stage > 0 ? here : null;
            here = new StageComparison();
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

    /** Responses with 5xx. */
    public ErrorComparison serverErrors() {
        return serverErrors;
    }

    /** Refusals of rows. */
    public ErrorComparison refusals() {
        return refusals;
    }

    /** The candidate's requests at this stage. */
    public StageComparison.RevisionRequests candidateHere() {
        return here.candidate();
    }

    /**
     * The requests that the candidate is compared with: live's at this stage, or, once live has no
     * traffic, live's at the stage before. Null if live never shared the traffic.
     */
    public StageComparison.@Nullable RevisionRequests reference() {
        if (!hasAll) {
            return here.live();
        }
        return lastShared == null ? null : lastShared.live();
    }
}
