package dev.onnxfunction.http;

import dev.onnxfunction.contract.Lanes;
import dev.onnxfunction.contract.Router;
import dev.onnxfunction.observe.Observer;
import dev.onnxfunction.settings.Settings;

import java.util.concurrent.TimeUnit;

/**
 * State that all connections share.
 *
 * @param router router of requests
 * @param observer observer of responses
 * @param defects handler of failures that no client caused
 * @param lanes threads for requests that would block an event loop
 * @param batchLoops event loops for batches
 * @param bodies memory for bodies and large responses
 * @param others memory for everything else that connections hold: unfinished heads, requests queued
 *     behind another, small responses that are not read
 * @param handler source of responses
 * @param maxBody maximum bytes of a body
 * @param requestTimeout maximum nanoseconds from a request's first byte to its last
 * @param idleTimeout maximum nanoseconds without a request, or without progress of a response
 */
record Shared(
        Router router,
        Observer observer,
        Defects defects,
        Lanes lanes,
        BatchLoops batchLoops,
        Memory bodies,
        Memory others,
        RequestHandler handler,
        int maxBody,
        long requestTimeout,
        long idleTimeout) {

    /** Timeout of connections beyond the limit. */
    private static final long CROWDED_TIMEOUT = TimeUnit.SECONDS.toNanos(1);

    static Shared of(
            Settings settings,
            Router router,
            Observer observer,
            Defects defects,
            Lanes lanes,
            BatchLoops batchLoops) {
        Settings.Limits limits = settings.limits();
        Memory bodies = new Memory(limits.bodyMemory());
        return new Shared(
                router,
                observer,
                defects,
                lanes,
                batchLoops,
                bodies,
                new Memory(limits.connectionMemory()),
                new RequestHandler(limits.maxBody(), bodies, defects),
                limits.maxBody(),
                settings.server().requestTimeout().toNanos(),
                settings.server().idleTimeout().toNanos());
    }

    /**
     * Returns a copy for connections beyond the limit, which get one response, and only for health.
     */
    Shared crowded() {
        return new Shared(
                router.crowded(),
                observer,
                defects,
                lanes,
                batchLoops,
                bodies,
                others,
                handler,
                maxBody,
                Math.min(requestTimeout, CROWDED_TIMEOUT),
                Math.min(idleTimeout, CROWDED_TIMEOUT));
    }
}
