package dev.onnxfunction.http;

import java.util.concurrent.Executor;

/** The event loop of one connection, which may move to another one. */
final class ConnectionLoop implements Executor {

    private volatile EventLoop current;

    ConnectionLoop(EventLoop first) {
        this.current = first;
    }

    /** The loop whose thread uses the connection. */
    EventLoop current() {
        return current;
    }

    /**
     * Runs a task on the connection's loop, also if the connection moves before; called on any
     * thread.
     */
    @Override
    public void execute(Runnable task) {
        EventLoop asked = current;
        asked.execute(() -> runOn(asked, task));
    }

    /**
     * Hands the connection over; the caller must not use it afterwards.
     *
     * @param arrival first task on the new loop, unless another thread's comes before it
     */
    void moveTo(EventLoop next, Runnable arrival) {
        current = next;
        next.execute(arrival);
    }

    private void runOn(EventLoop asked, Runnable task) {
        if (current == asked) {
            task.run();
        } else {
            execute(task);
        }
    }
}
