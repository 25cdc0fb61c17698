package dev.onnxfunction.contract;

import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.observe.TraceContext;
import dev.onnxfunction.predict.RowLines;

import org.springframework.util.function.SingletonSupplier;

import java.util.function.Function;
import java.util.function.IntPredicate;

/**
 * Answers rows while more are arriving. A server that cannot write before the request has ended
 * gets the whole response at once, up to the maximum size of a body. Thread-safe.
 */
public final class RowStreaming implements Function<Request, Response> {

    private final ServedModel served;
    private final SingletonSupplier<RowLines> lines;
    private final SingletonSupplier<LineAnswers> alone;

    private RowStreaming(ServedModel served) {
        this.served = served;
        this.lines = SingletonSupplier.of(() -> new RowLines(served.model().features()));
        this.alone = SingletonSupplier.of(() -> new LineAnswers(served));
    }

    /** An endpoint for rows in NDJSON. */
    public static Endpoint endpoint(String path, ServedModel served) {
        return Endpoint.post(
                        path,
                        RowStream.NDJSON,
                        new RowStreaming(served),
                        _ -> Lane.PREDICTIONS,
                        served.settings().predict().timeout())
                .consuming(RowStream.NDJSON, "application/jsonl", "application/jsonlines");
    }

    /**
     * Starts a stream.
     *
     * @param trace trace of the request
     * @param rollout whether it has a rollout's key, so that it does not count as a client's
     * @param compressed whether its bytes are gzip
     * @param memory reserves this number of bytes in place of the previous reservation; returns
     *     false if there is no memory; {@link RowStream#USUAL_MEMORY} is already reserved
     */
    public RowStream open(
            TraceContext trace, boolean rollout, boolean compressed, IntPredicate memory) {
        return new RowStream(
                served, alone.obtain(), lines.obtain(), trace, rollout, compressed, memory);
    }

    @Override
    public Response apply(Request request) {
        int maxAnswer = served.settings().limits().maxBody();
        JsonWriter out = new JsonWriter(request.length());
        try (RowStream stream = open(request.trace(), request.rollout(), false, _ -> true)) {
            stream.feed(request.body(), request.length());
            stream.finish();
            while (stream.work(out, request.task())) {
                if (out.length() > maxAnswer) {
                    return Response.error(
                            413,
                            "Too many rows",
                            "The answer has more than "
                                    + maxAnswer
                                    + " bytes. Send the rows in several requests.");
                }
            }
            stream.writeEnd(out, null);
            return Response.ok(RowStream.NDJSON, out);
        } catch (RefusedException e) {
            return e.response();
        }
    }
}
