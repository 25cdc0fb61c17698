package dev.onnxfunction;

import org.springframework.context.SmartLifecycle;

/**
 * Runs something once all beans are there, just before the server listens.
 *
 * @param action that is run at each start
 */
record BeforeServing(Runnable action) implements SmartLifecycle {

    @Override
    public void start() {
        action.run();
    }

    @Override
    public void stop() {}

    @Override
    public boolean isRunning() {
        return false;
    }

    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 1;
    }
}
