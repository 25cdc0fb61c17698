package dev.onnxfunction.protocol.invocations;

import dev.onnxfunction.contract.MediaTypes;
import dev.onnxfunction.contract.Request;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.RowFormat;
import dev.onnxfunction.contract.ServedModel;
import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.json.JsonReader;
import dev.onnxfunction.json.JsonReader.Kind;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.protocol.EmbeddedRows;
import dev.onnxfunction.protocol.PredictionsWriter;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A data frame in JSON: an object with {@code dataframe_split}, {@code dataframe_records}, {@code
 * instances} or {@code inputs}, and optionally {@code params}.
 */
final class DataFrameFormat implements RowFormat {

    private static final String ROWS = "dataframe_split, dataframe_records, instances, or inputs";

    /** Bytes of {@code 1,}: a value of the only column. */
    private static final int SHORTEST_ROW = 2;

    private final EmbeddedRows rows;
    private final PredictionsWriter writer;

    DataFrameFormat(ServedModel served) {
        this.rows = new EmbeddedRows(served);
        this.writer = new PredictionsWriter(served);
    }

    @Override
    public Function<Batch, Response> read(Request request, Batch batch) {
        JsonReader json = new JsonReader(request.body(), request.length());
        boolean details = new Reading(json, request, batch).read();
        boolean lines = !MediaTypes.isAcceptable(MediaTypes.JSON, request.head().accept());
        return predicted -> lines ? writer.writeLines(predicted) : writer.write(predicted, details);
    }

    @Override
    public String wanted() {
        return "an object with one of " + ROWS;
    }

    @Override
    public boolean mayExceed(Request request, int most) {
        return request.length() / SHORTEST_ROW > most;
    }

    /** One body being read. */
    private final class Reading {

        private final JsonReader json;
        private final Request request;
        private final Batch batch;
        private boolean found;

        Reading(JsonReader json, Request request, Batch batch) {
            this.json = json;
            this.request = request;
            this.batch = batch;
        }

        /** Whether the request asks for details. */
        boolean read() {
            if (json.isEmpty()) {
                throw new JsonException("is empty");
            }
            require(json.next(), Kind.OBJECT, "is");
            boolean details = false;
            while (json.nextMember()) {
                switch (json.string()) {
                    case "dataframe_split" -> {
                        only();
                        split();
                    }
                    case "dataframe_records" -> {
                        only();
                        rows.readRecords(json, request, batch);
                    }
                    case "instances" -> {
                        only();
                        rows.read(json, request, batch);
                    }
                    case "inputs" -> {
                        only();
                        inputs();
                    }
                    case "params" -> details |= PredictionsWriter.readDetails(json);
                    default -> json.skipStrictly();
                }
            }
            json.end();
            if (!found) {
                throw new JsonException("has none of " + ROWS);
            }
            return details;
        }

        private void only() {
            if (found) {
                throw new JsonException("has more than one of " + ROWS);
            }
            found = true;
        }

        /** A list of rows, or an object of columns. */
        private void inputs() {
            if (json.isNext('{')) {
                json.next();
                rows.readColumns(json, batch);
            } else {
                rows.read(json, request, batch);
            }
        }

        /** Its names may follow its rows, which are skipped until then. */
        private void split() {
            require(json.next(), Kind.OBJECT, "has a dataframe_split that is");
            List<String> columns = null;
            int data = -1;
            boolean read = false;
            Set<String> members = new HashSet<>();
            while (json.nextMember()) {
                String member = json.string();
                if (!members.add(member)) {
                    throw new JsonException("has \"" + member + "\" twice");
                }
                if (member.equals("columns")) {
                    columns = columns();
                } else if (member.equals("data") && columns != null) {
                    rows.readNamed(json, batch, columns);
                    read = true;
                } else if (member.equals("data")) {
                    data = json.position();
                    json.skipStrictly();
                } else {
                    json.skipStrictly();
                }
            }
            if (columns == null || (data < 0 && !read)) {
                throw new JsonException(
                        "has a dataframe_split without " + (columns == null ? "columns" : "data"));
            }
            if (!read) {
                int end = json.position();
                json.goTo(data);
                rows.readNamed(json, batch, columns);
                json.goTo(end);
            }
        }

        private List<String> columns() {
            require(json.next(), Kind.ARRAY, "has columns that are");
            List<String> names = new ArrayList<>();
            Set<String> all = new HashSet<>();
            while (json.nextElement()) {
                require(json.next(), Kind.STRING, "has a column name that is");
                if (!all.add(json.string())) {
                    throw new JsonException("has the column \"" + json.string() + "\" twice");
                }
                names.add(json.string());
            }
            return names;
        }

        private void require(Kind found, Kind wanted, String subject) {
            if (found != wanted) {
                throw new JsonException(
                        subject + " " + found.description() + ", must be " + wanted.description());
            }
        }
    }
}
