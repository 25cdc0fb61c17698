package dev.onnxfunction.http;

import dev.onnxfunction.contract.Lanes;
import dev.onnxfunction.contract.Router;
import dev.onnxfunction.observe.Observer;
import dev.onnxfunction.settings.Settings;

import java.util.concurrent.TimeUnit;

/**
 * What all connections have in common.
 *
 * @param router of requests
 * @param observer of answers
 * @param defects that requests meet
 * @param lanes for requests that would hold up an event loop
 * @param bodies memory for bodies and large answers
 * @param others memory for all else that connections hold: unfinished heads, requests that wait
 *     behind another, small answers that are not read
 * @param maxBody bytes of a body
 * @param requestTimeout nanoseconds from a request's first byte to its last
 * @param idleTimeout nanoseconds without a request, or without a byte of an answer being taken
 */
record Shared(
        Router router,
        Observer observer,
        Defects defects,
        Lanes lanes,
        Memory bodies,
        Memory others,
        int maxBody,
        long requestTimeout,
        long idleTimeout) {

    /** Connections beyond their limit have to be quick. */
    private static final long CROWDED_TIMEOUT = TimeUnit.SECONDS.toNanos(1);

    static Shared of(
            Settings settings, Router router, Observer observer, Defects defects, Lanes lanes) {
        Settings.Limits limits = settings.limits();
        return new Shared(
                router,
                observer,
                defects,
                lanes,
                new Memory(limits.bodyMemory()),
                new Memory(limits.connectionMemory()),
                limits.maxBody(),
                settings.server().requestTimeout().toNanos(),
                settings.server().idleTimeout().toNanos());
    }

    /** The same for connections beyond their limit: one request, and only for health. */
    Shared crowded() {
        return new Shared(
                router.crowded(),
                observer,
                defects,
                lanes,
                bodies,
                others,
                maxBody,
                Math.min(requestTimeout, CROWDED_TIMEOUT),
                Math.min(idleTimeout, CROWDED_TIMEOUT));
    }
}
