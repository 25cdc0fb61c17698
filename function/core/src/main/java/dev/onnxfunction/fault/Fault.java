package dev.onnxfunction.fault;

import org.jspecify.annotations.Nullable;

/**
 * One error in one row.
 *
 * @param row index of the row in the request, from 0
 * @param feature the feature's name; null if the fault concerns the whole row
 * @param problem what is wrong, as the end of a sentence: "is a string, must be a number"
 */
public record Fault(int row, @Nullable String feature, String problem) {

    /** Such as {@code row 3, RM: missing}. */
    @Override
    public String toString() {
        return "row " + row + (feature == null ? "" : ", " + feature) + ": " + problem;
    }
}
