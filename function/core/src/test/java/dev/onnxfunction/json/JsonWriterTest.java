package dev.onnxfunction.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.SplittableRandom;

/** Numbers are written as {@link Double#toString(double)} writes them. */
class JsonWriterTest {

    private final JsonWriter json = new JsonWriter(1);

    @Test
    void everyDoubleIsWrittenAsJavaWritesIt() {
        SplittableRandom random = new SplittableRandom(1978);
        for (int i = 0; i < 500_000; i++) {
            double number = Math.scalb(1 + random.nextDouble(), random.nextInt(-12, 28));
            assertWritten(number);
            assertWritten(-number);
            assertWritten(Double.longBitsToDouble(random.nextLong()));
        }
    }

    /** These numbers have a far shorter text than their neighbours. */
    @Test
    void everyDoubleNextToARoundOneIsWrittenAsJavaWritesIt() {
        SplittableRandom random = new SplittableRandom(1978);
        for (int i = 0; i < 200_000; i++) {
            double unit = Math.pow(10, random.nextInt(8));
            double round = Math.rint(random.nextDouble() * 100 * unit) / unit;
            double power = Math.scalb(1.0, random.nextInt(-12, 28));
            int steps = random.nextInt(-3, 4);
            assertWritten(round + steps * Math.ulp(round));
            assertWritten(power + steps * Math.ulp(power));
        }
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {
                0,
                -0.0,
                1,
                -1,
                0.1,
                22.5,
                0x1p-7,
                0x1.0000000000001p-7,
                0x1.fffffffffffffp-8,
                1e7,
                9999999,
                9999999.999999998,
                0.001,
                2e-3,
                1e-300,
                Double.MIN_VALUE,
                Double.MAX_VALUE,
                2.9999999999999996,
                123456.7
            })
    void theLimitsOfWhatIsWrittenHere(double number) {
        assertWritten(number);
        assertWritten(-number);
    }

    private void assertWritten(double number) {
        if (Double.isFinite(number)) {
            String text = json.clear().append(number).toString();
            if (!text.equals(Double.toString(number))) {
                assertThat(text).isEqualTo(Double.toString(number));
            }
        }
    }
}
