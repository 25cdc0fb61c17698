package dev.onnxfunction;

import dev.onnxfunction.compose.Composition;
import dev.onnxfunction.contract.Router;
import dev.onnxfunction.contract.ServedModel;
import dev.onnxfunction.http.HttpServer;
import dev.onnxfunction.observe.Observer;

import org.springframework.context.LifecycleProcessor;

import java.util.logging.Logger;

/**
 * Listens once all parts exist, and stops before any of them is closed. Takes the place of Spring's
 * own processor, which searches all jars for a library that it works with.
 *
 * @param observer closed at the end, after the last response
 * @param beforeListening runs just before the server listens
 */
record Serving(
        HttpServer server,
        Router router,
        Observer observer,
        ServedModel served,
        Runnable beforeListening)
        implements LifecycleProcessor, AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Serving.class.getName());

    /** All parts exist. */
    @Override
    public void onRefresh() {
        start();
    }

    /** The parts are about to be closed. */
    @Override
    public void onClose() {
        stop();
    }

    @Override
    public void start() {
        beforeListening.run();
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
