package dev.onnxfunction.http;

import dev.onnxfunction.contract.Lane;

import org.jspecify.annotations.Nullable;

/**
 * The operations of a connection for the code that answers its requests. Called on the event loop,
 * unless stated otherwise.
 */
interface ConnectionControl {

    /** Runs a task on the connection's event loop; called on any thread. */
    void execute(Runnable task);

    /** The event loop that answers a lane's requests of this connection; null for other threads. */
    @Nullable EventLoop loopOf(Lane lane);

    /**
     * Moves to another event loop soon, unless the connection is closed before.
     *
     * @param arrived called there
     */
    void move(EventLoop next, Runnable arrived);

    /** Decodes no further bytes until {@link #resume} or {@link #takeNext}. */
    void pause();

    /** Decodes further bytes of the request that is being answered. */
    void resume();

    /** Approximate memory of the latest request's head in bytes. */
    int headMemory();

    /** Takes the next request if possible; called after something was answered. */
    void takeNext();

    /** Ends the connection once everything is sent. */
    void finish();
}
