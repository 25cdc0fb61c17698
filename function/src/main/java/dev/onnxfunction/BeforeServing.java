package dev.onnxfunction;

import org.springframework.context.SmartLifecycle;

/**
 * Runs an action once all beans exist, just before the server listens.
 *
 * @param action action to run at each start
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
