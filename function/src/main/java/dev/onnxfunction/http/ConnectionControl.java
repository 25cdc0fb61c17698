package dev.onnxfunction.http;

/**
 * What those that answer a connection's requests ask of it. Called on the event loop, except where
 * it says otherwise.
 */
interface ConnectionControl {

    /** Runs a task on the connection's event loop; called on any thread. */
    void execute(Runnable task);

    /** Decodes no further bytes until {@link #resume} or {@link #goOn}. */
    void pause();

    /** Decodes further bytes of the request that is being answered. */
    void resume();

    /** Approximate memory of the latest request's head in bytes. */
    int headMemory();

    /** Takes the next request if possible; called after something was answered. */
    void goOn();

    /** Ends the connection once everything is sent. */
    void finish();
}
