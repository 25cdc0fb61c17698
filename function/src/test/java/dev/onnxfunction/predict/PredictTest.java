package dev.onnxfunction.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.onnxfunction.RunningFunction;
import dev.onnxfunction.fault.Fault;
import dev.onnxfunction.testing.Boston;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.messaging.Message;

import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The function, called as an adapter of Spring Cloud Function would call it. */
class PredictTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    private static RunningFunction running;
    private static Function<Map<String, Object>, Prediction> predict;

    @BeforeAll
    static void start() {
        running = RunningFunction.start();
        predict = running.bean(Predict.class);
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @Test
    void aRowBecomesAPrediction() {
        Prediction prediction = predict.apply(row());

        assertThat(prediction.status()).isEqualTo("ok");
        assertThat(prediction.predict()).isEqualTo(29.80673285033054);
        assertThat(prediction.interval()).hasSize(2);
        assertThat(prediction.outOfRange()).isNull();
        assertThat(prediction.model()).startsWith("boston-house-prices@3-");
    }

    @Test
    void itsJsonIsWhatHttpAnswers() {
        Map<String, Object> row = row();
        row.put("AGE", -1);
        row.put("TAX", 9999);

        assertThat(JSON.writeValueAsString(predict.apply(row)))
                .contains("\"outOfRange\":[\"AGE\",\"TAX\"]")
                .isEqualTo(running.predict(JSON.writeValueAsString(row)).body());
    }

    @Test
    void everyNumberOfJavaIsANumber() {
        Map<String, Object> row = row();
        double expected = predict.apply(row).predict();
        row.put("CHAS", (short) 0);
        row.put("RAD", BigInteger.ONE);
        row.put("TAX", 296.0f);
        row.put("RM", new BigDecimal("6.575"));

        assertThat(predict.apply(row).predict()).isEqualTo(expected);
    }

    @Test
    void everyFaultOfARowIsListed() {
        Map<String, Object> row = row();
        row.put("CRIM", Double.NaN);
        row.put("ZN", null);
        row.put("INDUS", List.of(1));
        row.put("NOX", Map.of());
        row.put("AGE", 'x');
        row.put("rm", row.remove("RM"));
        row.remove("LSTAT");

        InvalidRowsException invalid =
                catchThrowableOfType(InvalidRowsException.class, () -> predict.apply(row));

        assertThat(invalid.faults().listed())
                .containsExactly(
                        new Fault(0, "CRIM", "is NaN, must be a number"),
                        new Fault(0, "ZN", "is null, must be a number"),
                        new Fault(0, "INDUS", "is a list, must be a number"),
                        new Fault(0, "NOX", "is an object, must be a number"),
                        new Fault(0, "RM", "missing, but there is \"rm\""),
                        new Fault(0, "AGE", "is an instance of Character, must be a number"),
                        new Fault(0, "LSTAT", "missing"));
        assertThat(invalid).hasMessageStartingWith("7 faults: row 0, CRIM: is NaN, must be");
    }

    @Test
    void aRowThatIsNullIsRefused() {
        Predict bean = running.bean(Predict.class);

        assertThatThrownBy(() -> bean.apply(null))
                .isInstanceOf(InvalidRowsException.class)
                .hasMessage("1 fault: row 0: is null, must be an object");
        assertThatThrownBy(() -> bean.applyAll(Arrays.asList(row(), null)))
                .isInstanceOf(InvalidRowsException.class)
                .hasMessage("1 fault: row 1: is null, must be an object");
    }

    @Test
    void aRowAfterAFaultyOneIsPredictedAsBefore() {
        double expected = predict.apply(row()).predict();
        Map<String, Object> faulty = row();
        faulty.put("CRIM", 1e6);
        faulty.put("LSTAT", "4.98");

        assertThatThrownBy(() -> predict.apply(faulty)).isInstanceOf(InvalidRowsException.class);

        assertThat(predict.apply(row()))
                .satisfies(next -> assertThat(next.predict()).isEqualTo(expected))
                .satisfies(next -> assertThat(next.outOfRange()).isNull());
    }

    @Test
    void theCatalogOfSpringCloudFunctionHoldsItByName() {
        FunctionCatalog catalog = running.bean(FunctionCatalog.class);

        assertThat(catalog.getNames(Function.class)).containsExactly("predict");
        Function<Map<String, Object>, Prediction> ofRows = catalog.lookup("predict");
        assertThat(ofRows.apply(row())).isEqualTo(predict.apply(row()));
    }

    /** One adapter may ask for JSON and another for rows in the same process. */
    @Test
    void whatTheCatalogReturnsDoesNotDependOnWhatWasAskedForBefore() {
        FunctionCatalog catalog = running.bean(FunctionCatalog.class);
        String expected = JSON.writeValueAsString(predict.apply(row()));

        Function<byte[], Message<byte[]>> first = catalog.lookup("predict", "application/json");
        Function<Map<String, Object>, Object> rows = catalog.lookup("predict");
        Function<byte[], Message<byte[]>> again = catalog.lookup("predict", "application/json");
        Function<Map<String, Object>, Object> rowsAgain = catalog.lookup("predict");

        assertThat(rows.apply(row())).isEqualTo(predict.apply(row()));
        assertThat(rowsAgain.apply(row())).isEqualTo(predict.apply(row()));
        byte[] row = JSON.writeValueAsBytes(row());
        assertThat(first.apply(row).getPayload()).asString().isEqualTo(expected);
        assertThat(again.apply(row).getPayload()).asString().isEqualTo(expected);
    }

    private static Map<String, Object> row() {
        return new HashMap<>(JSON.convertValue(Boston.example(), new TypeReference<>() {}));
    }
}
