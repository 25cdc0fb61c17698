package dev.onnxfunction.testing;

import java.util.List;

/**
 * A server that the tests start in their own JVM. Each module with a server registers one as a
 * service among its tests.
 */
public interface TestedServer {

    /** Tag of tests of health and metrics, which a server may leave to its framework. */
    String OPERATIONS = "operations";

    /**
     * Tag of tests of what is done with a model: how its file is read, what it predicts, explains
     * and documents. All servers share that code, so these tests run on one server.
     */
    String MODEL = "model";

    /**
     * Tag of tests that need no more of a server than HTTP. They also run on the image, as a
     * process. Each class of tests in this module has such tests.
     */
    String IMAGE = "image";

    /**
     * Starts the server.
     *
     * @param arguments such as {@code --limits.max-rows=3}
     */
    Running start(List<String> arguments);

    /** Tries to start the server, and returns why it does not start: a problem and a remedy. */
    String refusal(List<String> arguments);

    /** A server that has started. */
    interface Running extends AutoCloseable {

        /** Returns the port that the server listens on. */
        int port();

        /** Returns the application's bean of this type. */
        <T> T bean(Class<T> type);

        @Override
        void close();
    }
}
