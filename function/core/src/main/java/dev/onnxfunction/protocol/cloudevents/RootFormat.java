package dev.onnxfunction.protocol.cloudevents;

import dev.onnxfunction.compose.FunctionException;
import dev.onnxfunction.contract.MediaTypes;
import dev.onnxfunction.contract.Request;
import dev.onnxfunction.contract.RequestHead;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.RowFormat;
import dev.onnxfunction.contract.ServedModel;
import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.predict.BatchReader;
import dev.onnxfunction.predict.BatchWriter;
import dev.onnxfunction.predict.InvalidRowsException;
import dev.onnxfunction.predict.RowLimit;
import dev.onnxfunction.settings.Protocol;
import dev.onnxfunction.settings.Settings;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The format of {@code POST /}: rows, or events with rows as data. */
final class RootFormat implements RowFormat {

    private final BatchReader reader;
    private final BatchWriter writer;
    private final EventWriter events;
    private final Settings settings;

    /** Applies to the rows of all events together. */
    private final RowLimit limit;

    RootFormat(ServedModel served) {
        this.settings = served.settings();
        Settings.Limits limits = settings.limits();
        this.reader =
                served.composition()
                        .reader(
                                served.model(),
                                served.predict(),
                                limits.maxRows(),
                                limits.maxCells());
        int features = served.model().features().size();
        this.limit = new RowLimit(limits.maxRows(), limits.maxCells(), features);
        this.writer = served.composition().writer(served.model(), served.predict());
        this.events = new EventWriter("/onnx-function/" + served.name().name());
    }

    @Override
    public Function<Batch, Response> read(Request request, Batch batch) {
        String type = request.head().contentType();
        if (type != null && MediaTypes.isOneOf(type, List.of(EventWriter.EVENT))) {
            EventParser.Parsed parsed = new EventParser(request.body(), request.length()).one();
            boolean array = reader.read(parsed.data(), parsed.data().length, batch);
            return predicted ->
                    events.structured(
                            parsed.event(), request.trace(), writer.write(predicted, array));
        }
        if (type != null && MediaTypes.isOneOf(type, List.of(EventWriter.BATCH))) {
            return readBatch(request, batch);
        }
        Event event = binary(request.head());
        boolean array = reader.read(request.body(), request.length(), batch);
        return event == null
                ? predicted -> Response.ok(MediaTypes.JSON, writer.write(predicted, array))
                : predicted ->
                        events.binary(event, request.trace(), writer.write(predicted, array));
    }

    /**
     * Returns the event whose attributes are header fields; null if there are none and none are
     * required.
     */
    private @Nullable Event binary(RequestHead head) {
        boolean event = head.header("ce-specversion") != null || !speaks(Protocol.FUNC);
        if (!event || !speaks(Protocol.CLOUDEVENTS)) {
            return null;
        }
        Map<String, String> attributes = new HashMap<>();
        for (String name : Event.ATTRIBUTES) {
            String value = head.header("ce-" + name);
            if (value != null) {
                attributes.put(name, value);
            }
        }
        return Event.of(attributes);
    }

    private boolean speaks(Protocol protocol) {
        return settings.http().speaks(protocol);
    }

    private Function<Batch, Response> readBatch(Request request, Batch batch) {
        List<Event> asked = new ArrayList<>();
        List<Integer> rows = new ArrayList<>();
        Faults faults = new Faults();
        int total = 0;
        for (EventParser.Parsed parsed : new EventParser(request.body(), request.length()).all()) {
            int before = batch.size();
            boolean array = true;
            int count;
            try {
                array = reader.read(parsed.data(), parsed.data().length, batch);
                count = batch.size() - before;
            } catch (InvalidRowsException e) {
                faults.addAll(total, e.faults());
                count = parsed.rows(); // The batch lacks rows that a function before it refuses.
            } catch (FunctionException e) {
                throw e.after(total);
            }
            asked.add(parsed.event());
            rows.add(array ? count : -1);
            total += count;
            limit.check(total);
        }
        if (!faults.isEmpty()) {
            throw new InvalidRowsException(faults);
        }
        return predicted ->
                events.batch(asked, rows, request.trace(), writer.write(predicted, true));
    }

    @Override
    public String wanted() {
        return "one JSON object, feature name to value, or an array of such objects, as it is or as"
                + " the data of a CloudEvent";
    }

    /** Each row begins with a brace. */
    @Override
    public boolean mayExceed(Request request, int rows) {
        int braces = 0;
        for (int i = 0; i < request.length() && braces <= rows; i++) {
            braces += request.body()[i] == '{' ? 1 : 0;
        }
        return braces > rows;
    }
}
