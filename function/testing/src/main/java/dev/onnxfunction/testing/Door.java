package dev.onnxfunction.testing;

import java.util.List;

/**
 * A way to the function over HTTP, to be started in this JVM. Each module that has one declares it
 * as a service among its tests.
 */
public interface Door {

    /** Tag of tests of health and metrics, which a door may leave to its framework. */
    String OPERATIONS = "operations";

    /**
     * Tag of tests of what becomes of a model: how its file is read, what it predicts, explains and
     * documents. That is the same code behind every door, so one door and the image show it.
     */
    String MODEL = "model";

    /**
     * Starts it.
     *
     * @param arguments such as {@code --limits.max-rows=3}
     */
    Open start(List<String> arguments);

    /** Tries to start it. What it says why it does not: a problem and a remedy. */
    String refusal(List<String> arguments);

    /** A door that is open. */
    interface Open extends AutoCloseable {

        /** That it listens on. */
        int port();

        /** One of its parts. */
        <T> T bean(Class<T> type);

        @Override
        void close();
    }
}
