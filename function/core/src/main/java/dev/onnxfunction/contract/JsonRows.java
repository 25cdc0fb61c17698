package dev.onnxfunction.contract;

import dev.onnxfunction.compose.Composition;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.predict.BatchReader;
import dev.onnxfunction.predict.BatchWriter;
import dev.onnxfunction.settings.Settings;

import java.util.function.Function;

/** A row, or an array of rows, in JSON. */
final class JsonRows implements RowFormat {

    /** Bytes of {@code {},}, the smallest row: all its features are missing. */
    private static final int SHORTEST_ROW = 3;

    private static final byte[] NOTHING = {};

    private final BatchReader reader;
    private final BatchWriter writer;

    /**
     * Whether the response is written over the body, which is in the processor's cache. Nobody else
     * reads the body afterwards, unless it may become a sample.
     */
    private final boolean overwrite;

    JsonRows(ServedModel served) {
        Composition composition = served.composition();
        Settings.Limits limits = served.settings().limits();
        this.reader =
                composition.reader(
                        served.model(), served.predict(), limits.maxRows(), limits.maxCells());
        this.writer = composition.writer(served.model(), served.predict());
        this.overwrite = served.samples() == null;
    }

    @Override
    public Function<Batch, Response> read(Request request, Batch batch) {
        boolean array = reader.read(request.body(), request.length(), batch);
        byte[] space = overwrite ? request.body() : NOTHING;
        return predicted -> Response.ok(MediaTypes.JSON, writer.write(predicted, array, space));
    }

    @Override
    public String wanted() {
        return RowFailures.ROWS;
    }

    @Override
    public boolean isPlain() {
        return true;
    }

    @Override
    public boolean mayExceed(Request request, int rows) {
        return !isObject(request)
                && request.length() / SHORTEST_ROW >= rows
                && rowsAtMost(request) > rows;
    }

    /**
     * Whether the body has one row at most. One row takes the same branch whatever the limit: the
     * limit sinks while calls of the model are slow, and a branch that is taken only then would
     * make the JVM compile the whole request again.
     */
    private static boolean isObject(Request request) {
        return request.length() > 0 && request.body()[0] == '{';
    }

    /** Each row begins with a brace. */
    private static int rowsAtMost(Request request) {
        byte[] body = request.body();
        int braces = 0;
        for (int i = 0; i < request.length(); i++) {
            braces += body[i] == '{' ? 1 : 0;
        }
        return braces;
    }
}
