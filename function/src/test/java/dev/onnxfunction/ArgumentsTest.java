package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.settings.StartException;
import dev.onnxfunction.testing.Project;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.env.StandardEnvironment;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** A misspelt setting is reported instead of ignored. */
class ArgumentsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --limits.max-row=5      | The argument --limits.max-row is not a setting. | Use --limits.max-rows, or leave it out.
                    --limits.max_rows=5     | The argument --limits.max_rows is not | Use --limits.max-rows, or leave it out.
                    --acess.keys=/keys      | The argument --acess.keys is not a setting. | Use --access.keys, or leave it out.
                    --spring.profiles.group | The argument --spring.profiles.group is not | Leave it out, or correct its name.
                    --help                  | The argument --help is not a setting. | Leave it out, or correct its name.
                    limits.max-rows=5       | The argument "limits.max-rows=5" is neither | Write settings as --limits.max-rows=100
                    scor                    | The argument "scor" is neither a setting nor a command. | or begin with the command score.
                    """)
    void anArgumentThatIsNoSettingStopsTheStart(String argument, String problem, String remedy) {
        assertThatThrownBy(() -> check(List.of(), argument))
                .isInstanceOfSatisfying(
                        StartException.class,
                        start -> {
                            assertThat(start).hasMessageContaining(problem);
                            assertThat(start.remedy()).contains(remedy);
                        });
    }

    @Test
    void itStopsTheProcessToo() {
        assertThat(
                        RunningFunction.refusing(
                                Project.TRAINING.resolve("model/model.onnx"), "limits.max-cell=5"))
                .contains("--limits.max-cell is not a setting. Use --limits.max-cells, or");
    }

    @Test
    void allSettingsAreKnown() {
        assertThat(
                        check(
                                List.of("LIMITS_MAX_ROWS", "PATH", "MODEL_LOCATION", "SORT"),
                                "--limits.max-rows=5",
                                "--model.location=none.onnx",
                                "--aip.http.port=1",
                                "--aip.storage.uri=file:///none"))
                .isEmpty();
    }

    @Test
    void aVariableThatDiffersInOneCharacterIsReported() {
        assertThat(check(List.of("ACCESS_KEY", "LIMITS_MAXROWS", "MODEL_LOCATIONS", "LOG_FORMUT")))
                .containsExactlyInAnyOrder(
                        "The environment variable ACCESS_KEY is not a setting and is ignored."
                                + " Did you mean ACCESS_KEYS?",
                        "The environment variable LIMITS_MAXROWS is not a setting and is ignored."
                                + " Did you mean LIMITS_MAX_ROWS?",
                        "The environment variable MODEL_LOCATIONS is not a setting and is ignored."
                                + " Did you mean MODEL_LOCATION?",
                        "The environment variable LOG_FORMUT is not a setting and is ignored."
                                + " Did you mean LOG_FORMAT?");
    }

    /** Reads all settings and returns the warnings. */
    private static List<String> check(List<String> variables, String... words) {
        Arguments arguments = new Arguments(words);
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(arguments);
        Settings.from(environment);
        List<String> warnings = new ArrayList<>();
        Handler handler =
                new Handler() {
                    @Override
                    public void publish(LogRecord entry) {
                        warnings.add(entry.getMessage());
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
        Logger logger = Logger.getLogger(Arguments.class.getName());
        logger.addHandler(handler);
        try {
            arguments.check(variables);
        } finally {
            logger.removeHandler(handler);
        }
        return warnings;
    }
}
