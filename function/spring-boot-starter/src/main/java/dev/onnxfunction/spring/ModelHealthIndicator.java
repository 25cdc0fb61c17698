package dev.onnxfunction.spring;

import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.predict.Predict;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** Up while the model can predict its first row again. */
final class ModelHealthIndicator extends AbstractHealthIndicator {

    private final OnnxModel model;
    private final Predict predict;

    ModelHealthIndicator(OnnxModel model, Predict predict) {
        super("The model does not answer");
        this.model = model;
        this.predict = predict;
    }

    @Override
    protected void doHealthCheck(Health.Builder health) {
        health.withDetail("model", model.toString());
        predict.check();
        health.up();
    }
}
