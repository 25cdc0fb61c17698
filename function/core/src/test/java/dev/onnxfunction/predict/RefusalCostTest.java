package dev.onnxfunction.predict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.fault.Fault;
import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.testing.OnnxGraph;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Finding the faults of invalid rows takes no longer than reading as many valid rows. */
@Isolated
class RefusalCostTest {

    private static final int FEATURES = 1000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @TempDir private static Path folder;

    private static OnnxModel model;

    @BeforeAll
    static void load() {
        model = linear(FEATURES);
    }

    private static OnnxModel linear(int features) {
        List<String> names =
                IntStream.range(0, features).mapToObj(RefusalCostTest::feature).toList();
        Path file = OnnxGraph.linear(0, new double[features]).write(folder);
        return OnnxModel.load(new Settings.Model(file, names, false, 1));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    /** The rows have 200 names, each one typo away from many features. */
    @Test
    void namesThatAlmostMatch() {
        String row =
                IntStream.range(0, 200)
                        .mapToObj(i -> "\"" + feature(i).replace("measured", "xmeasuredx") + "\":1")
                        .collect(Collectors.joining(",", "{", "}"));
        String rows = IntStream.range(0, 80).mapToObj(_ -> row).collect(Collectors.joining(","));

        assertThat(rows.length()).isLessThan(2_000_000);
        assertThat(secondsOf(model, "[" + rows + "]")).isLessThan(2);
    }

    @Test
    void aTypoIsFoundAmongManyMembers() {
        String row =
                IntStream.range(0, FEATURES)
                        .mapToObj(i -> "\"" + feature(i).replace("_at_", "_at-") + "\":1")
                        .collect(Collectors.joining(",", "{", "}"));

        InvalidRowsException refused = refused(model, row);

        assertThat(refused.faults().total()).isEqualTo(FEATURES);
        assertThat(refused.faults().listed())
                .hasSize(Faults.MAX_LISTED)
                .first()
                .extracting(Fault::problem)
                .asString()
                .startsWith("missing, but there is \"the_value_measured_at-");
    }

    @Test
    void aDifferenceInCaseIsFoundAmongAnyNumberOfMembers() {
        String unknown =
                IntStream.range(0, 5000)
                        .mapToObj(i -> "\"unknown" + i + "\":1,")
                        .collect(Collectors.joining());
        InvalidRowsException refused =
                refused(model, "{" + unknown + "\"THE_VALUE_MEASURED_AT_1\":2}");

        assertThat(refused.faults().listed().get(1))
                .isEqualTo(
                        new Fault(
                                0,
                                feature(1),
                                "missing, but there is \"THE_VALUE_MEASURED_AT_1\""));
    }

    /**
     * To clear what the first row needed takes some 50 µs, so that doing it for each of the others
     * would take seconds. The shortest of three times counts, because others use this machine, too.
     */
    @Test
    void aRowOfManyUnknownMembersDoesNotSlowDownTheNext() {
        String many =
                IntStream.range(0, 195_000)
                        .mapToObj(i -> "\"" + i + "\":0")
                        .collect(Collectors.joining(",", "{", "}"));
        String others = ",{\"x\":0}".repeat(99_999);

        try (OnnxModel narrow = linear(1)) {
            double alone = Double.POSITIVE_INFINITY;
            double together = Double.POSITIVE_INFINITY;
            for (int i = 0; i < 3; i++) {
                double first = secondsOf(narrow, "[" + many + "]");
                alone = Math.min(alone, first + secondsOf(narrow, "[{}" + others + "]"));
                together = Math.min(together, secondsOf(narrow, "[" + many + others + "]"));
            }

            assertThat(together).isLessThan(1 + 3 * alone);
        }
    }

    private static String feature(int index) {
        return "the_value_measured_at_" + index;
    }

    private static double secondsOf(OnnxModel model, String body) {
        long before = THREADS.getCurrentThreadCpuTime();
        refused(model, body);
        return (THREADS.getCurrentThreadCpuTime() - before) / 1e9;
    }

    private static InvalidRowsException refused(OnnxModel model, String body) {
        RowReader reader = new RowReader(model.features(), 100_000, 100_000_000);
        byte[] json = body.getBytes(StandardCharsets.UTF_8);
        try (Batch batch = model.batch()) {
            reader.read(json, json.length, batch);
            throw new AssertionError("The rows are read.");
        } catch (InvalidRowsException e) {
            return e;
        }
    }
}
