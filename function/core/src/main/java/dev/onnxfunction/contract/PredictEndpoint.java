package dev.onnxfunction.contract;

import dev.onnxfunction.model.Batch;
import dev.onnxfunction.predict.InvalidRowsException;
import dev.onnxfunction.sample.RequestSamples;

import java.util.function.Function;

/** Predicts the rows of a request in a given format, in one call of the model. Thread-safe. */
public final class PredictEndpoint implements Function<Request, Response> {

    /** A body up to this size, in bytes, may be answered on the event loop of single rows. */
    static final int SMALL_BODY = 16 * 1024;

    /** A body up to this size, in bytes, may be answered on an event loop of batches. */
    static final int BATCH_BODY = 256 * 1024;

    /**
     * Maximum rows of a request, as a multiple of those that count as quick, with which batches are
     * answered on an event loop. So a model that takes as long as before delays the other batches
     * of a loop for 25 ms at most.
     */
    private static final int MOST_PER_QUICK = 100;

    private final ServedModel served;
    private final RowFormat format;
    private final boolean direct;
    private final int maxRows;

    private PredictEndpoint(ServedModel served, RowFormat format) {
        this.served = served;
        this.format = format;
        this.direct = !served.composition().hasFunctions();
        this.maxRows = served.settings().limits().maxRows();
    }

    /** Returns an endpoint that predicts rows in a format, all in one call of the model. */
    public static Endpoint at(ServedModel served, String path, RowFormat format) {
        PredictEndpoint endpoint = new PredictEndpoint(served, format);
        return Endpoint.post(
                path,
                MediaTypes.JSON,
                endpoint,
                endpoint::lane,
                served.settings().predict().timeout());
    }

    /**
     * The lane of a request: an event loop, unless the body is large, the model has proved slow, or
     * rows pass through other functions. The rows of a batch are not counted, because that would
     * take up to a quarter of the time of the whole request.
     */
    Lane lane(Request request) {
        int quick = served.model().quickRows();
        if (!direct || quick == 0 || request.length() > BATCH_BODY) {
            return Lane.PREDICTIONS;
        }
        if (request.length() > SMALL_BODY) {
            return quick < maxRows / MOST_PER_QUICK ? Lane.PREDICTIONS : Lane.BATCHES;
        }
        return format.mayExceed(request, quick) ? Lane.PREDICTIONS : Lane.LOOP;
    }

    @Override
    public Response apply(Request request) {
        try (Batch batch = served.model().batch(request.task())) {
            Function<Batch, Response> writer = format.read(request, batch);
            served.predict().applyAll(batch);
            boolean client = !request.rollout();
            if (client) {
                served.observer().predicted(batch, request.trace());
            }
            Response answer = writer.apply(batch);
            if (client && served.samples() != null) {
                sample(request, batch, answer, served.samples());
            }
            return answer;
        } catch (RuntimeException e) {
            if (e instanceof InvalidRowsException invalid && !request.rollout()) {
                served.observer().refused(invalid.faults());
            }
            return RowFailures.answer(e, maxRows, format.wanted());
        }
    }

    /** Stores samples in the format of {@code POST /predict}, whatever the client's protocol. */
    private void sample(Request request, Batch batch, Response answer, RequestSamples samples) {
        if (format.isPlain()) {
            samples.offer(request.body(), request.length(), answer.body(), answer.length());
        } else if (direct && samples.isDue()) {
            Transcript transcript = Transcript.of(served.model(), batch);
            samples.offer(
                    transcript.body().bytes(), transcript.body().length(), transcript.answer());
        }
    }
}
