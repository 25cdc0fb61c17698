package dev.onnxfunction.predict;

import com.fasterxml.jackson.annotation.JsonInclude;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The answer to one row.
 *
 * @param status always {@code "ok"}
 * @param predict what the model predicts, in the target's unit, finite
 * @param interval lower and upper bound of the true value, in the target's unit, at the level that
 *     the model card tells; absent where the card gives none
 * @param outOfRange the features whose values are outside the training range, in the model's order;
 *     absent where all are within, or the card does not tell the range
 * @param unknownCategory the features whose category the training data does not have, in the
 *     model's order; absent where there is none, or the card does not list the categories
 * @param model {@code name@version} of the card; absent without a card
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Prediction(
        String status,
        double predict,
        @Nullable List<Double> interval,
        @Nullable List<String> outOfRange,
        @Nullable List<String> unknownCategory,
        @Nullable String model) {}
