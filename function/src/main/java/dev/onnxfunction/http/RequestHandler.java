package dev.onnxfunction.http;

import dev.onnxfunction.contract.CompressedResponse;
import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.observe.TraceContext;

import org.jspecify.annotations.Nullable;

/**
 * Gets the response of a request from its endpoint; whatever fails there, the client gets a
 * response. Thread-safe.
 */
final class RequestHandler {

    private final int maxBody;
    private final Memory memory;
    private final Defects defects;

    /**
     * @param maxBody maximum bytes of a body
     * @param memory for bodies that are inflated
     */
    RequestHandler(int maxBody, Memory memory, Defects defects) {
        this.maxBody = maxBody;
        this.memory = memory;
        this.defects = defects;
    }

    /** Answers a request; takes as long as its endpoint. */
    Response answer(IncomingRequest request) {
        Response refusal = request.refusal();
        Endpoint endpoint = request.route().endpoint();
        if (refusal != null || endpoint == null) {
            return refusal == null ? defects.answer() : refusal;
        }
        try {
            return endpoint.answer().apply(request.call());
        } catch (Throwable e) {
            return defect(e, request.call().trace());
        }
    }

    /** Answers a request that has waited for its turn, or whose response may be large. */
    Response answerInTurn(IncomingRequest request) {
        try {
            return request.call().task().isLate(System.nanoTime())
                    ? waiting("Its turn did not come in time.")
                    : inflateAndAnswer(request);
        } catch (Throwable e) {
            return defect(e, request.call().trace());
        }
    }

    /** Logs a failure of the function's own, and returns what the client gets. */
    Response defect(Throwable failure, @Nullable TraceContext trace) {
        defects.log("A request met a defect.", failure, trace);
        return defects.answer();
    }

    /** The response of a request that no thread can take in time. */
    static Response waiting(String reason) {
        return Response.error(503, "Busy", reason + " Send it again later.");
    }

    private Response inflateAndAnswer(IncomingRequest request) {
        Memory.Share inflated = memory.share();
        try {
            Response answer =
                    answer(request.compressed() ? request.inflated(maxBody, inflated) : request);
            return CompressedResponse.of(
                    request.route().present(answer),
                    request.head().fields().all("accept-encoding"));
        } finally {
            inflated.release();
        }
    }
}
