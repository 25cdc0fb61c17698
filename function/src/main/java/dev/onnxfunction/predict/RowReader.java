package dev.onnxfunction.predict;

import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Feature;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.sym.PropertyNameMatcher;
import tools.jackson.core.util.Named;

import java.util.List;

/**
 * Reads rows from JSON straight into the memory that the model takes.
 *
 * <p>As strict as RFC 8259 allows: UTF-8 only, no member twice, nothing after the value. All faults
 * of all rows are found before anything is predicted. Thread-safe.
 */
public final class RowReader {

    private static final int MAX_DEPTH = 64;

    private final JsonFactory json;
    private final PropertyNameMatcher names;
    private final int maxRows;

    /**
     * @param features of the model, in its order
     * @param maxRows of one body, at least 1
     */
    public RowReader(List<Feature> features, int maxRows) {
        this.json =
                JsonFactory.builder()
                        .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
                        .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
                        .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                        .streamReadConstraints(
                                StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                        .build();
        List<Named> named =
                features.stream().map(feature -> Named.fromString(feature.name())).toList();
        this.names = json.constructNameMatcher(named, false);
        this.maxRows = maxRows;
    }

    /**
     * Adds the rows of a body to an empty batch.
     *
     * @param body holds one row or an array of rows, from {@code offset} for {@code length} bytes
     * @return whether it is an array
     * @throws MalformedJsonException if it is no JSON, or no row and no array of rows
     * @throws TooManyRowsException if it has more rows than are allowed
     * @throws InvalidRowsException if rows have faults: all of them are told
     */
    public boolean read(byte[] body, int offset, int length, Batch batch) {
        if (!Utf8.isValid(body, offset, length)) {
            throw new MalformedJsonException("The body is not UTF-8.");
        }
        if (Utf8.startsWithByteOrderMark(body, offset, length)) {
            throw new MalformedJsonException("The body begins with a byte order mark.");
        }
        try (JsonParser parser =
                json.createParser(ObjectReadContext.empty(), body, offset, length)) {
            return new RowParser(parser, names, batch, maxRows).parse();
        } catch (JacksonException e) {
            throw MalformedJsonException.of(e);
        }
    }
}
