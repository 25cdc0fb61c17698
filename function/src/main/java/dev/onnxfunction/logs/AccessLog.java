package dev.onnxfunction.logs;

import dev.onnxfunction.observe.Exchange;
import dev.onnxfunction.observe.Observer;

/**
 * A line for each request that was answered: what it asked for, how that ended, how long it took.
 * Of probes and scrapes only for those that failed. No query, header field or body is shown.
 */
public final class AccessLog implements Observer {

    /** Metrics and samples, which platforms ask for every few seconds as they do for health. */
    private static final String OPERATIONS = "/actuator/";

    private final boolean failuresOnly;

    /**
     * @param failuresOnly leaves out requests that got what they asked for
     */
    public AccessLog(boolean failuresOnly) {
        this.failuresOnly = failuresOnly;
    }

    @Override
    public void answered(Exchange exchange) {
        boolean routine =
                failuresOnly || exchange.probe() || exchange.route().startsWith(OPERATIONS);
        if (exchange.isFailure() || !routine) {
            Log.write(exchange);
        }
    }
}
