package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.gates.EvaluationLimits;

import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;

/** How the candidate's errors are judged. */
final class EvaluationOptions {

    /** Verdict of a comparison with too few rows to decide. */
    enum Inconclusive {
        FAIL,
        PASS
    }

    @Option(
            names = "--max-rmse-ratio",
            paramLabel = "RATIO",
            defaultValue = "1.05",
            description =
                    "Largest ratio of the candidate's RMSE to live's. Default: ${DEFAULT-VALUE}")
    double rmseRatio;

    @Option(
            names = "--inconclusive",
            paramLabel = "fail|pass",
            defaultValue = "fail",
            description =
                    "Verdict if there are too few rows to show whether the RMSE is within its"
                            + " limit. Default: ${DEFAULT-VALUE}")
    Inconclusive inconclusive = Inconclusive.FAIL;

    @Option(
            names = "--min-rows",
            paramLabel = "COUNT",
            defaultValue = "50",
            description =
                    "Least number of rows of --evaluation that neither model was trained on."
                            + " Default: ${DEFAULT-VALUE}")
    int minRows;

    @Option(
            names = "--allow-unproven",
            description =
                    "Accept a candidate whose card has no fingerprint of its training rows,"
                            + " although live's has one.")
    boolean allowUnproven;

    @Option(
            names = "--allow-interval-change",
            description =
                    "Accept a candidate that has no prediction intervals although live has, or"
                            + " whose intervals have another level or score worse than live's.")
    boolean allowIntervalChange;

    @Option(
            names = "--max-group-ratio",
            paramLabel = "RATIO",
            defaultValue = "1.25",
            description =
                    "Ratio of the candidate's RMSE to live's that no group may be shown to exceed."
                            + " Default: ${DEFAULT-VALUE}")
    double groupRatio;

    @Option(
            names = "--groups",
            paramLabel = "COLUMN",
            split = ",",
            description =
                    "Columns whose categories or quarters are these groups, separated by commas."
                            + " Default: all features")
    List<String> groups = new ArrayList<>();

    EvaluationLimits limits() {
        return new EvaluationLimits(
                rmseRatio,
                groupRatio,
                groups,
                minRows,
                allowUnproven,
                inconclusive == Inconclusive.PASS,
                allowIntervalChange);
    }
}
