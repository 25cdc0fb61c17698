package dev.onnxfunction.examples.embed;

import dev.onnxfunction.predict.Predict;

import java.util.Map;

/** The value of a house. */
record Valuation(Predict predict) {

    /** In USD. */
    long of(Map<String, Object> house) {
        return Math.round(1000 * predict.apply(house).predict());
    }
}
