package dev.onnxfunction.examples.embed;

import dev.onnxfunction.predict.Predict;

import java.util.Map;

/** How far two models are apart. */
record Comparison(Predict champion, Predict challenger) {

    double difference(Map<String, Object> row) {
        return challenger.apply(row).predict() - champion.apply(row).predict();
    }
}
