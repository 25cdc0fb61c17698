package dev.onnxfunction.http;

import dev.onnxfunction.contract.Lane;
import dev.onnxfunction.contract.Lanes;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.model.EndedException;

import java.util.function.Consumer;

/**
 * A request that a thread of another lane answers. The event loop starts and cancels it; the other
 * thread runs it.
 */
final class RequestJob implements Runnable {

    private final IncomingRequest request;
    private final Lane lane;
    private final Lanes lanes;
    private final RequestHandler handler;
    private final Consumer<Response> answered;

    /**
     * @param lane whose thread answers it
     * @param answered gets the response, on that thread
     */
    RequestJob(IncomingRequest request, Lane lane, Shared shared, Consumer<Response> answered) {
        this.request = request;
        this.lane = lane;
        this.lanes = shared.lanes();
        this.handler = shared.handler();
        this.answered = answered;
    }

    IncomingRequest request() {
        return request;
    }

    Lane lane() {
        return lane;
    }

    /** Queues it; returns false if too many wait already. */
    boolean start() {
        return lanes.execute(lane, this);
    }

    @Override
    public void run() {
        answered.accept(handler.answerInTurn(request));
    }

    /**
     * Cancels it, because nobody waits for its response.
     *
     * @return whether it will not run; otherwise it ends soon
     */
    boolean cancel() {
        request.call().task().end(EndedException.Reason.CANCELLED);
        return lanes.withdraw(lane, this);
    }
}
