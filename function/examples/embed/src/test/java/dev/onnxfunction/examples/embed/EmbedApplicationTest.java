package dev.onnxfunction.examples.embed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import java.util.Map;

@Tag("slow")
@ExtendWith(OutputCaptureExtension.class)
class EmbedApplicationTest {

    private static final Map<String, Object> HOUSE =
            Map.ofEntries(
                    Map.entry("CRIM", 0.00632),
                    Map.entry("ZN", 18),
                    Map.entry("INDUS", 2.31),
                    Map.entry("CHAS", 0),
                    Map.entry("NOX", 0.538),
                    Map.entry("RM", 6.575),
                    Map.entry("AGE", 65.2),
                    Map.entry("DIS", 4.09),
                    Map.entry("RAD", 1),
                    Map.entry("TAX", 296),
                    Map.entry("PTRATIO", 15.3),
                    Map.entry("B", 396.9),
                    Map.entry("LSTAT", 4.98));

    private static final Map<String, Object> DISTRICT =
            Map.of(
                    "income", 5.4395,
                    "house_age", 11,
                    "rooms", 5.57,
                    "latitude", 36.525,
                    "longitude", -119.229);

    private static final String EXAMPLES = "../../../training-notebook-export/examples/";

    @Test
    void anApplicationIsGivenPredict(CapturedOutput output) {
        try (ConfigurableApplicationContext context = start()) {
            assertThat(context.getBean(Valuation.class).of(HOUSE)).isEqualTo(29_807);
        }
        assertThat(output).contains(" INFO ").doesNotContain(" WARN ");
    }

    @Test
    void twoModelsHaveTwoNames() {
        try (ConfigurableApplicationContext context =
                start(
                        "--champion.location=" + EXAMPLES + "linear/model.onnx",
                        "--challenger.location=" + EXAMPLES + "mlp/model.onnx")) {
            Comparison comparison = context.getBean(Comparison.class);

            assertThat(comparison.difference(DISTRICT))
                    .isNotZero()
                    .isEqualTo(
                            comparison.challenger().apply(DISTRICT).predict()
                                    - comparison.champion().apply(DISTRICT).predict());
        }
    }

    private static ConfigurableApplicationContext start(String... arguments) {
        return new SpringApplicationBuilder(EmbedApplication.class).run(arguments);
    }
}
