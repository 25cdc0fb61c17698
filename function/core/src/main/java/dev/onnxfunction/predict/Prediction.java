package dev.onnxfunction.predict;

import com.fasterxml.jackson.annotation.JsonInclude;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The prediction for one row.
 *
 * @param status always {@code "ok"}
 * @param predict predicted value, in the target's unit; finite
 * @param interval lower and upper bound of the true value, in the target's unit, at the card's
 *     confidence level; absent if the model has no interval
 * @param outOfRange features whose values are outside the training range, in the model's order;
 *     absent if there are none, or the card has no range
 * @param unknownCategory features whose category is not in the training data, in the model's order;
 *     absent if there are none, or the card does not list the categories
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
