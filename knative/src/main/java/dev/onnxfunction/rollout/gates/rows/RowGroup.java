package dev.onnxfunction.rollout.gates.rows;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Rows with the same category, or with numbers in the same quarter of all numbers. */
public final class RowGroup {

    /** Minimum number of different rows of a group. */
    public static final int LEAST = 30;

    private final String name;
    private final int[] observations;

    private RowGroup(String name, List<Integer> observations) {
        this.name = name;
        this.observations = observations.stream().mapToInt(i -> i).toArray();
    }

    /**
     * The groups that columns form, one for each category, or one for each quarter of the numbers
     * and one for the empty cells. A group has at least {@link #LEAST} different rows, but not all
     * rows. Equal numbers are in the same group, so there may be fewer than four.
     *
     * @param columns their names
     * @param features of the models, by name, whose types decide what is a number; for other
     *     columns, the cells decide
     */
    public static List<RowGroup> of(
            Evaluation evaluation,
            UnseenRows unseen,
            Collection<String> columns,
            Map<String, Feature> features)
            throws EvaluationException {
        List<RowGroup> groups = new ArrayList<>();
        for (String column : columns) {
            List<String> cells = new Selection<>(evaluation.column(column), unseen.firstRows());
            groups.addAll(of(column, cells, features.get(column)));
        }
        groups.removeIf(group -> !group.isPart(unseen.different()));
        return groups;
    }

    private boolean isPart(int all) {
        return observations.length >= LEAST && observations.length < all;
    }

    private static List<RowGroup> of(String column, List<String> cells, @Nullable Feature feature) {
        return isNumber(cells, feature)
                ? quarters(Printable.of(column), cells)
                : categories(Printable.of(column), cells);
    }

    private static boolean isNumber(List<String> cells, @Nullable Feature feature) {
        if (feature != null && !feature.type().isEmpty()) {
            return feature.isNumber();
        }
        return cells.stream().map(RowDigest::strip).allMatch(RowGroup::isNumberOrEmpty);
    }

    private static boolean isNumberOrEmpty(String text) {
        return text.isEmpty() || Double.isFinite(Numbers.parse(text));
    }

    private static List<RowGroup> categories(String column, List<String> cells) {
        Map<String, List<Integer>> members = new TreeMap<>();
        for (int i = 0; i < cells.size(); i++) {
            members.computeIfAbsent(cells.get(i), _ -> new ArrayList<>()).add(i);
        }
        List<RowGroup> groups = new ArrayList<>();
        members.forEach(
                (category, each) ->
                        groups.add(
                                new RowGroup(
                                        "%s '%s'".formatted(column, Printable.of(category)),
                                        each)));
        return groups;
    }

    private static List<RowGroup> quarters(String column, List<String> cells) {
        double[] numbers = new double[cells.size()];
        Arrays.setAll(numbers, i -> Numbers.parse(RowDigest.strip(cells.get(i))));
        double[] sorted = Arrays.stream(numbers).filter(x -> !Double.isNaN(x)).sorted().toArray();
        Map<Integer, List<Integer>> members = new TreeMap<>();
        for (int i = 0; i < numbers.length; i++) {
            members.computeIfAbsent(quarter(numbers[i], sorted), _ -> new ArrayList<>()).add(i);
        }
        List<RowGroup> groups = new ArrayList<>();
        members.forEach((_, each) -> groups.add(new RowGroup(name(column, numbers, each), each)));
        return groups;
    }

    /** The number of quartiles below the number, 0 to 3; −1 for an empty cell. */
    private static int quarter(double number, double[] sorted) {
        if (Double.isNaN(number)) {
            return -1;
        }
        int quarter = 0;
        while (quarter < 3 && number > sorted[Math.ceilDiv((quarter + 1) * sorted.length, 4) - 1]) {
            quarter++;
        }
        return quarter;
    }

    private static String name(String column, double[] numbers, List<Integer> members) {
        double least = members.stream().mapToDouble(i -> numbers[i]).min().orElseThrow();
        double most = members.stream().mapToDouble(i -> numbers[i]).max().orElseThrow();
        if (Double.isNaN(least)) {
            return column + " empty";
        }
        return least == most
                ? "%s %s".formatted(column, Numbers.text(least))
                : "%s %s … %s".formatted(column, Numbers.text(least), Numbers.text(most));
    }

    /** The column and the category or the least and largest value, such as {@code AGE 2.9 … 45}. */
    public String name() {
        return name;
    }

    /** The indices of its rows among the different rows. */
    public int[] observations() {
        return observations;
    }
}
