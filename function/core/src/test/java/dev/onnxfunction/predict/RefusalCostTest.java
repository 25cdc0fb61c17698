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
    private static RowReader reader;

    @BeforeAll
    static void load() {
        List<String> names =
                IntStream.range(0, FEATURES).mapToObj(RefusalCostTest::feature).toList();
        Path file = OnnxGraph.linear(0, new double[FEATURES]).write(folder);
        model = OnnxModel.load(new Settings.Model(file, names, false, 1));
        reader = new RowReader(model.features(), 100_000, 100_000_000);
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
        assertThat(secondsOf("[" + rows + "]")).isLessThan(2);
    }

    @Test
    void aTypoIsFoundAmongManyMembers() {
        String row =
                IntStream.range(0, FEATURES)
                        .mapToObj(i -> "\"" + feature(i).replace("_at_", "_at-") + "\":1")
                        .collect(Collectors.joining(",", "{", "}"));

        InvalidRowsException refused = refused(row);

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
        InvalidRowsException refused = refused("{" + unknown + "\"THE_VALUE_MEASURED_AT_1\":2}");

        assertThat(refused.faults().listed().get(1))
                .isEqualTo(
                        new Fault(
                                0,
                                feature(1),
                                "missing, but there is \"THE_VALUE_MEASURED_AT_1\""));
    }

    @Test
    void aRowOfManyUnknownMembersDoesNotSlowDownTheNext() {
        String many =
                IntStream.range(0, 195_000)
                        .mapToObj(i -> "\"" + i + "\":0")
                        .collect(Collectors.joining(",", "{", "}"));
        String others = ",{\"x\":0}".repeat(20_000);

        double alone = secondsOf("[" + many + "]") + secondsOf("[{}" + others + "]");
        alone = Math.min(alone, secondsOf("[" + many + "]") + secondsOf("[{}" + others + "]"));

        assertThat(secondsOf("[" + many + others + "]")).isLessThan(0.5 + 3 * alone);
    }

    private static String feature(int index) {
        return "the_value_measured_at_" + index;
    }

    private static double secondsOf(String body) {
        long before = THREADS.getCurrentThreadCpuTime();
        refused(body);
        return (THREADS.getCurrentThreadCpuTime() - before) / 1e9;
    }

    private static InvalidRowsException refused(String body) {
        byte[] json = body.getBytes(StandardCharsets.UTF_8);
        try (Batch batch = model.batch()) {
            reader.read(json, json.length, batch);
            throw new AssertionError("The rows are read.");
        } catch (InvalidRowsException e) {
            return e;
        }
    }
}
