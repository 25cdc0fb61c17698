package dev.onnxfunction.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoublePredicate;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** Compares with all edges. */
class EdgesTest {

    static Stream<double[]> edges() {
        double[] equal = DoubleStream.iterate(5, edge -> edge + 2.25).limit(21).toArray();
        double[] powers = DoubleStream.iterate(1e-4, edge -> edge * 2.5).limit(30).toArray();
        double[] near = DoubleStream.iterate(0.1, Math::nextUp).limit(9).toArray();
        return Stream.of(
                new double[] {},
                new double[] {3},
                new double[] {3, 3},
                new double[] {-Double.MAX_VALUE, 0, Double.MAX_VALUE},
                new double[] {0, Double.MIN_VALUE, 1},
                new double[] {-1e6, -1, -0.1, 0, 0.1, 1, 1e6},
                equal,
                powers,
                near);
    }

    @ParameterizedTest
    @MethodSource("edges")
    void edgesBelowANumberAndUpToItAreCounted(double... values) {
        Edges edges = new Edges(values);
        numbers(values)
                .forEach(
                        number -> {
                            assertThat(edges.below(number))
                                    .as("below %s", number)
                                    .isEqualTo(count(values, edge -> edge < number));
                            assertThat(edges.upTo(number))
                                    .as("up to %s", number)
                                    .isEqualTo(count(values, edge -> edge <= number));
                        });
    }

    @Test
    void noEdgeIsBelowNaN() {
        assertThat(new Edges(1, 2, 3).below(Double.NaN)).isZero();
    }

    private static int count(double[] values, DoublePredicate counted) {
        return (int) Arrays.stream(values).filter(counted).count();
    }

    /** The edges, their neighbors, random numbers among them and beyond, and extremes. */
    private static DoubleStream numbers(double... values) {
        double least = values.length == 0 ? 0 : values[0];
        double most = values.length == 0 ? 1 : values[values.length - 1];
        return DoubleStream.concat(
                Arrays.stream(values)
                        .flatMap(e -> DoubleStream.of(Math.nextDown(e), e, Math.nextUp(e))),
                DoubleStream.concat(
                        new Random(3)
                                .doubles(1000)
                                .map(at -> least + (at * 1.2 - 0.1) * (most - least)),
                        DoubleStream.of(
                                Double.NEGATIVE_INFINITY,
                                -Double.MAX_VALUE,
                                -0.0,
                                Double.MAX_VALUE,
                                Double.POSITIVE_INFINITY)));
    }
}
