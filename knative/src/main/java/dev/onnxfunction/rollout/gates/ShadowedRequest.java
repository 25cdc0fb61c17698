package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.databind.JsonNode;

import org.jspecify.annotations.Nullable;

/**
 * A copy of a client's request that live has answered.
 *
 * @param body as the client sent it
 * @param predictions that live answered, one for each row
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
record ShadowedRequest(String body, double[] predictions) {

    /**
     * The predictions of an answer, which is an object or an array of objects.
     *
     * @return null if an object has none, as where other functions go on with them
     */
    static double @Nullable [] predictions(JsonNode answer) {
        if (!answer.isArray()) {
            JsonNode predict = answer.path("predict");
            return predict.isNumber() ? new double[] {predict.doubleValue()} : null;
        }
        double[] predictions = new double[answer.size()];
        for (int i = 0; i < predictions.length; i++) {
            JsonNode predict = answer.path(i).path("predict");
            if (!predict.isNumber()) {
                return null;
            }
            predictions[i] = predict.doubleValue();
        }
        return predictions;
    }
}
