package dev.onnxfunction.logs;

import dev.onnxfunction.observe.Exchange;
import dev.onnxfunction.observe.Observer;

/**
 * Logs a line for each answered request: method, path, outcome and duration. Logs probes and
 * scrapes only if they fail. Never logs a query, header field or body.
 */
public final class AccessLog implements Observer {

    /** Metrics and samples, which are requested every few seconds, like health. */
    private static final String OPERATIONS = "/actuator/";

    private final boolean failuresOnly;

    /**
     * @param failuresOnly whether to leave out successful requests
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
