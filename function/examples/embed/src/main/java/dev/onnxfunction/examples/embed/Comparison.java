package dev.onnxfunction.examples.embed;

import dev.onnxfunction.predict.Predict;

import java.util.Map;

/** Compares the predictions of two models. */
record Comparison(Predict champion, Predict challenger) {

    double difference(Map<String, Object> row) {
        return challenger.apply(row).predict() - champion.apply(row).predict();
    }
}
