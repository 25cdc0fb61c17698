package dev.onnxfunction;

import dev.onnxfunction.compose.Composition;
import dev.onnxfunction.contract.Router;
import dev.onnxfunction.contract.ServedModel;
import dev.onnxfunction.http.HttpServer;
import dev.onnxfunction.observe.Observer;

import org.springframework.context.SmartLifecycle;

import java.util.logging.Logger;

/**
 * Listens once all parts exist, and stops before any of them is closed.
 *
 * @param observer closed at the end, after the last response
 */
record Serving(HttpServer server, Router router, Observer observer, ServedModel served)
        implements SmartLifecycle, AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Serving.class.getName());

    @Override
    public void start() {
        server.listen(router, observer);
        Composition composition = served.composition();
        String as = composition.hasFunctions() ? " as " + composition.definition() : "";
        LOG.info(() -> "Serving " + served.model() + as + " on " + server.address());
    }

    @Override
    public void stop() {
        server.stop(served.model()::endAll);
    }

    @Override
    public boolean isRunning() {
        return server.isListening();
    }

    @Override
    public void close() {
        observer.close();
    }
}
