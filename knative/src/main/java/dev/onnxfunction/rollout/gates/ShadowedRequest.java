package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.databind.JsonNode;

import org.jspecify.annotations.Nullable;

/**
 * A copy of a client's request to live.
 *
 * @param body as the client sent it
 * @param predictions of live, one for each row
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
record ShadowedRequest(String body, double[] predictions) {

    /**
     * The predictions in a response, which is an object or an array of objects.
     *
     * @return null if an object has none, for example because functions after the model replace it
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
