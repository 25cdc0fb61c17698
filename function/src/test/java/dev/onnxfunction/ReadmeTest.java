package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.Example;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What README.md shows is what happens. */
class ReadmeTest {

    @Test
    void everyExampleAnswersAsShown() throws IOException {
        List<Example> examples = Example.in(Path.of("..", "README.md"));
        assertThat(examples).hasSizeGreaterThanOrEqualTo(4);

        try (RunningFunction function = RunningFunction.start()) {
            for (Example example : examples) {
                String answer =
                        example.body().isEmpty()
                                ? function.get(example.path()).body()
                                : function.predict(example.body()).body();
                if (example.output().endsWith("…")) {
                    assertThat(answer).startsWith(example.output().replace("…", ""));
                } else {
                    assertThat(answer).isEqualTo(example.output());
                }
            }
        }
    }
}
