package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.gates.GateResult.Status;
import dev.onnxfunction.rollout.gates.rows.RowGroup;
import dev.onnxfunction.rollout.gates.statistics.ErrorRatio;
import dev.onnxfunction.rollout.gates.statistics.Holm;
import dev.onnxfunction.rollout.gates.statistics.PairedErrors;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Whether the candidate is shown to be much worse than live in a group of rows. Each group is
 * tested for a ratio of the RMSEs beyond the limit, and the tests are corrected for their number,
 * so that a candidate that keeps to the limit in all groups fails with a probability of at most 5
 * %.
 *
 * @param file the source of the rows, for messages
 * @param limits of the errors
 * @param errors of both models
 */
record GroupGate(String file, EvaluationLimits limits, PairedErrors errors) {

    private static final double LEVEL = 0.05;

    /** Number of groups that the table shows. */
    private static final int WORST = 3;

    /** A group, and whether the candidate is worse in it. */
    private record Tested(RowGroup group, PairedErrors errors, ErrorRatio ratio, boolean worse) {}

    /** The worst groups, or that there are none. */
    List<GateResult> results(List<RowGroup> groups) {
        if (groups.isEmpty()) {
            return List.of(
                    GateResult.unknown("groups", "", "", "none has " + RowGroup.LEAST + " rows"));
        }
        List<Tested> tested = test(groups);
        tested.sort(
                Comparator.comparing(Tested::worse)
                        .thenComparingDouble(each -> each.ratio().estimate())
                        .reversed());
        List<GateResult> results = new ArrayList<>();
        for (Tested each : tested.subList(0, Math.min(WORST, tested.size()))) {
            String worst = results.isEmpty() ? ", worst of " + groups.size() : "";
            results.add(result(each, each.errors().rows() + " rows" + worst));
        }
        return results;
    }

    private List<Tested> test(List<RowGroup> groups) {
        List<PairedErrors> each =
                groups.stream().map(group -> errors.of(group.observations())).toList();
        boolean[] worse =
                Holm.rejected(
                        each.stream().mapToDouble(e -> e.pBeyond(limits.groupRatio())).toArray(),
                        LEVEL);
        List<Tested> tested = new ArrayList<>();
        for (int i = 0; i < worse.length; i++) {
            tested.add(new Tested(groups.get(i), each.get(i), each.get(i).ratio(), worse[i]));
        }
        return tested;
    }

    private GateResult result(Tested tested, String note) {
        return new GateResult(
                "group " + tested.group().name(),
                Figures.of(tested.errors().liveRmse()),
                Figures.of(tested.errors().candidateRmse()) + ", " + Figures.of(tested.ratio()),
                "≤ × " + limits.groupRatio(),
                tested.worse() ? Status.FAILED : Status.PASSED,
                note,
                tested.worse() ? problem(tested) : "");
    }

    private String problem(Tested tested) {
        return "On the %d rows of %s with %s, its RMSE is %.3g × live's"
                        .formatted(
                                tested.errors().rows(),
                                file,
                                tested.group().name(),
                                tested.ratio().estimate())
                + ", which is shown to be more than %s ×.".formatted(limits.groupRatio())
                + " Train a model that is better there, raise --max-group-ratio, or name other"
                + " columns with --groups.";
    }
}
