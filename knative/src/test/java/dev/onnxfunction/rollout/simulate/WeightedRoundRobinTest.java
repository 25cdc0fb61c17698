package dev.onnxfunction.rollout.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.engine.Target;
import dev.onnxfunction.rollout.engine.Traffic;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

class WeightedRoundRobinTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 50, 99})
    void anyHundredRequestsInARowAreSharedOutExactly(int percent) {
        WeightedRoundRobin shares = new WeightedRoundRobin();
        shares.share(
                new Traffic(
                        List.of(
                                new Target("old", 100 - percent, "live"),
                                new Target("new", percent, "candidate"))));
        for (int i = 0; i < 37; i++) {
            shares.next();
        }

        Map<String, Integer> turns = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            turns.merge(shares.next(), 1, Integer::sum);
        }

        assertThat(turns).isEqualTo(Map.of("old", 100 - percent, "new", percent));
    }
}
