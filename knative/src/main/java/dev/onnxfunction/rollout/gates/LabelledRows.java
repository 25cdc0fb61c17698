package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.databind.JsonNode;

import dev.onnxfunction.rollout.gates.rows.Evaluation;
import dev.onnxfunction.rollout.gates.rows.EvaluationException;
import dev.onnxfunction.rollout.gates.rows.Feature;
import dev.onnxfunction.rollout.gates.rows.Fingerprint;
import dev.onnxfunction.rollout.gates.rows.ModelRows;
import dev.onnxfunction.rollout.gates.rows.Neighbors;
import dev.onnxfunction.rollout.gates.rows.Probes;
import dev.onnxfunction.rollout.gates.rows.RowGroup;
import dev.onnxfunction.rollout.gates.rows.UnseenRows;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** The rows of an evaluation that neither model was trained on, with the features of each model. */
final class LabelledRows {

    private final Evaluation evaluation;
    private final UnseenRows unseen;
    private final double[] truth;
    private final List<Feature> candidateFeatures;
    private final List<Feature> liveFeatures;
    private final List<JsonNode> candidateRows;
    private final List<JsonNode> liveRows;
    private final List<RowGroup> groups;
    private final GateResult result;

    /**
     * Leaves out the rows that a model was trained on.
     *
     * @param target name of the column that is predicted
     * @param live the live model; null if there is none
     * @throws EvaluationException if the rows do not fit the models, or a fingerprint is damaged
     */
    LabelledRows(
            Evaluation evaluation,
            String target,
            EvaluationLimits limits,
            ComparedModel candidate,
            @Nullable ComparedModel live)
            throws EvaluationException, GateException, InterruptedException {
        this.evaluation = evaluation;
        candidateFeatures = candidate.features(evaluation, target);
        liveFeatures = live == null ? candidateFeatures : live.features(evaluation, target);
        Fingerprint ofCandidate = candidate.fingerprint();
        Fingerprint ofLive = live == null ? null : live.fingerprint();
        unseen = UnseenRows.of(evaluation, target, ofLive, ofCandidate);
        truth = unseen.of(evaluation.truth(target));
        candidateRows = unseen.of(ModelRows.of(evaluation, candidateFeatures));
        liveRows = unseen.of(ModelRows.of(evaluation, liveFeatures));
        groups = groups(limits.groups());
        result =
                new UnseenRowsGate(evaluation, unseen, live != null, ofLive, ofCandidate)
                        .result(limits);
    }

    private List<RowGroup> groups(List<String> columns) throws EvaluationException {
        Map<String, Feature> features = new LinkedHashMap<>();
        liveFeatures.forEach(feature -> features.put(feature.name(), feature));
        candidateFeatures.forEach(feature -> features.put(feature.name(), feature));
        List<String> all =
                features.keySet().stream().filter(evaluation.columns()::contains).toList();
        return RowGroup.of(evaluation, unseen, columns.isEmpty() ? all : columns, features);
    }

    /** Whether there are enough rows. */
    GateResult result() {
        return result;
    }

    /** The true values. */
    double[] truth() {
        return truth;
    }

    /** The rows with the features of the candidate. */
    List<JsonNode> candidateRows() {
        return candidateRows;
    }

    /** The rows with the features of live. */
    List<JsonNode> liveRows() {
        return liveRows;
    }

    /** Copies of these rows with other values. Live's ranges apply, if there are any. */
    Probes probes(int most, RandomGenerator random) {
        return Probes.of(evaluation, unseen, liveFeatures, candidateFeatures, most, random);
    }

    /** Copies of these rows with numbers far outside their ranges. */
    Probes beyond(int most, RandomGenerator random) {
        return Probes.beyond(evaluation, unseen, liveFeatures, candidateFeatures, most, random);
    }

    /** Copies of these rows with categories that nobody knows. */
    Probes unknownCategories(RandomGenerator random) {
        Map<String, Boolean> areTexts = new LinkedHashMap<>();
        bothFeatures()
                .forEach(
                        feature ->
                                areTexts.merge(
                                        feature.name(),
                                        feature.type().equals("string"),
                                        Boolean::logicalAnd));
        List<String> texts =
                areTexts.keySet().stream()
                        .filter(name -> Boolean.TRUE.equals(areTexts.get(name)))
                        .toList();
        return Probes.withUnknownCategories(evaluation, unseen, texts, random);
    }

    /** Copies of some of these rows on the way to any others. */
    Neighbors neighbors(int most, double to, RandomGenerator random) {
        return Neighbors.between(evaluation, unseen, bothFeatures(), most, to, random);
    }

    /** Copies of these rows on the way to the nearest others. */
    Neighbors neighbors(int count, double from, double to, RandomGenerator random) {
        return Neighbors.toNearest(evaluation, unseen, bothFeatures(), count, from, to, random);
    }

    private List<Feature> bothFeatures() {
        return Stream.concat(liveFeatures.stream(), candidateFeatures.stream()).toList();
    }

    /** The copies with the features of live. */
    List<JsonNode> liveRows(Neighbors neighbors) throws EvaluationException {
        return neighbors.rows(liveFeatures);
    }

    /** The copies with the features of the candidate. */
    List<JsonNode> candidateRows(Neighbors neighbors) throws EvaluationException {
        return neighbors.rows(candidateFeatures);
    }

    /** For each copy, the value of the row that it was made from. */
    double[] origins(Neighbors neighbors, double[] values) {
        int[] positions = unseen.firstPositions();
        return neighbors.origins().stream().mapToDouble(row -> values[positions[row]]).toArray();
    }

    /** The probes with the features of the candidate. */
    List<JsonNode> candidateRows(Probes probes) throws EvaluationException {
        return probes.rows(candidateFeatures);
    }

    /** The probes with the features of live. */
    List<JsonNode> liveRows(Probes probes) throws EvaluationException {
        return probes.rows(liveFeatures);
    }

    /** For each row, the index of the different row that it is. */
    int[] observations() {
        return unseen.observations();
    }

    /** The groups that are compared on their own. */
    List<RowGroup> groups() {
        return groups;
    }
}
