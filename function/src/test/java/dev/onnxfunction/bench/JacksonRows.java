package dev.onnxfunction.bench;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads rows of numbers from JSON with Jackson's streaming parser, checking only that the JSON is
 * well-formed.
 */
final class JacksonRows {

    private final JsonFactory factory =
            JsonFactory.builder().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build();

    private final Map<String, Integer> features = new HashMap<>();
    private final double[] values;

    JacksonRows(List<String> features, int rows) {
        for (String feature : features) {
            this.features.put(feature, this.features.size());
        }
        this.values = new double[rows * features.size()];
    }

    /** Returns the values row by row, in an array that the next call overwrites. */
    double[] read(byte[] json) {
        int row = -1;
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.START_OBJECT) {
                    row++;
                } else if (token == JsonToken.PROPERTY_NAME) {
                    Integer feature = features.get(parser.currentName());
                    parser.nextToken();
                    if (feature == null) {
                        parser.skipChildren();
                    } else {
                        values[row * features.size() + feature] = parser.getDoubleValue();
                    }
                }
            }
        }
        return values;
    }
}
