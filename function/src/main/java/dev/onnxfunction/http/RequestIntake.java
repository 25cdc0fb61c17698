package dev.onnxfunction.http;

import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.Route;
import dev.onnxfunction.contract.Router;
import dev.onnxfunction.contract.RowStreaming;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;

/**
 * Takes the requests of one connection as they arrive: routes each by its head, refuses it as early
 * as possible, and passes it on whole or, for a stream of rows, piece by piece.
 *
 * <p>The body of a refused request is discarded. The error is sent after the request has ended,
 * because a proxy that is answered sooner may cut the connection. It is sent at once if the body is
 * too large, or if the client expects 100-continue.
 *
 * <p>Only the event loop uses the fields.
 */
final class RequestIntake implements RequestDecoder.Receiver {

    /** What becomes of the requests. */
    interface Handler {

        /** A request is complete, or refused. */
        void answer(IncomingRequest request);

        /** A request has begun whose body is passed on piece by piece. */
        void begin(StreamedRequest request);

        /** A piece of the body of the latter. */
        void receive(byte[] bytes, int from, int to, boolean last);

        /** The body of the latter is not HTTP from here on. */
        void fail(Response defect);

        /** The client waits for 100 before it sends the body. */
        void sendContinue();
    }

    private final int maxBody;
    private final Router router;
    private final Handler handler;
    private final BodyBuffer body;

    /** The request whose body is arriving; null once it is passed on. */
    private @Nullable HttpHead head;

    private @Nullable Route route;

    /** Received bytes of its body, kept or not. */
    private long received;

    /** Whether the body is passed on piece by piece. */
    private boolean streaming;

    /**
     * @param maxBody maximum bytes of a body
     * @param memory for the bodies and large responses of the connection
     * @param loop its spares are used for bodies
     */
    RequestIntake(
            int maxBody, Router router, Memory.Share memory, ConnectionLoop loop, Handler handler) {
        this.maxBody = maxBody;
        this.router = router;
        this.handler = handler;
        this.body = new BodyBuffer(maxBody, memory, loop);
    }

    @Override
    public boolean begin(HttpHead begun, long bytes) {
        head = begun;
        Route way = MessageRules.route(begun, router);
        route = way;
        received = 0;
        body.expect(bytes);
        Response refusal = way.refusal();
        boolean expectant = begun.expectsContinue();
        if (refusal != null && (way.malformed() || expectant)) {
            refuse(begun, way, refusal, false);
        } else if (refusal == null
                && way.endpoint() != null
                && way.endpoint().answer() instanceof RowStreaming rows) {
            forget();
            streaming = true;
            continueIf(expectant);
            handler.begin(new StreamedRequest(begun, way, rows));
        } else if (bytes > maxBody) {
            refuse(begun, way, refusal != null ? refusal : Response.bodyTooLarge(maxBody), false);
        } else {
            continueIf(expectant);
        }
        return !way.malformed();
    }

    @Override
    public void receive(byte[] bytes, int from, int to, boolean last) {
        HttpHead current = head;
        Route way = route;
        if (streaming) {
            streaming = !last;
            handler.receive(bytes, from, to, last);
        } else if (current != null && way != null) {
            collect(current, way, bytes, from, to, last);
        }
    }

    @Override
    public boolean isKeeping() {
        return !streaming && route != null && route.refusal() == null;
    }

    @Override
    public void receive(ByteBuffer bytes, boolean last) {
        HttpHead current = head;
        Route way = route;
        if (current == null || way == null) {
            return; // It is refused already.
        }
        received += bytes.remaining();
        if (!body.reserve(bytes.remaining(), last)) {
            refuse(current, way, Response.busy(), last);
        } else {
            body.add(bytes);
            completeIf(last, current, way);
        }
    }

    @Override
    public void fail(Response defect) {
        if (streaming) {
            handler.fail(defect);
        } else if (isAwaitingBody()) {
            giveUp(defect);
        }
    }

    /** Refuses the request that is arriving. */
    void giveUp(Response problem) {
        HttpHead begun = head == null ? HttpHead.unread(problem) : head;
        Route way = route == null ? MessageRules.route(begun, router) : route;
        refuse(begun, way, problem, false);
    }

    /** Whether the head of a request has arrived, but not yet its whole body. */
    boolean isAwaitingBody() {
        return head != null;
    }

    /** Forgets the unfinished request. */
    void forget() {
        head = null;
        route = null;
        body.clear();
    }

    private void continueIf(boolean expectant) {
        if (expectant) {
            handler.sendContinue();
        }
    }

    private void collect(
            HttpHead current, Route way, byte[] bytes, int from, int to, boolean last) {
        Response refusal = way.refusal();
        received += to - from;
        if (received > maxBody) {
            refuse(current, way, refusal != null ? refusal : Response.bodyTooLarge(maxBody), last);
        } else if (refusal != null) {
            if (last) {
                refuse(current, way, refusal, true);
            }
        } else if (!body.reserve(to - from, last)) {
            refuse(current, way, Response.busy(), last);
        } else {
            body.add(bytes, from, to);
            completeIf(last, current, way);
        }
    }

    private void completeIf(boolean last, HttpHead current, Route way) {
        if (last) {
            IncomingRequest request =
                    IncomingRequest.with(current, way, body.bytes(), body.length());
            forget();
            handler.answer(request);
        }
    }

    private void refuse(HttpHead refused, Route way, Response refusal, boolean whole) {
        forget();
        body.release();
        handler.answer(IncomingRequest.refused(refused, way, refusal, whole));
    }
}
