package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.stream.Stream;

/** Functions that cannot go before or after the model stop the start with a message. */
@Tag("slow")
class WrongFunctionTest {

    @TempDir private static Path folder;
    private static ComposedFunctions functions;

    @BeforeAll
    static void makeJarAndModel() {
        functions = ComposedFunctions.in(folder);
    }

    static Stream<Arguments> wrongDefinitions() {
        String what =
                "The setting spring.cloud.function.definition (SPRING_CLOUD_FUNCTION_DEFINITION) is"
                        + " ";
        String type =
                "Make it a Function<Map<String, Object>, Map<String, Object>> for each row, or a"
                    + " Function<List<Map<String, Object>>, List<Map<String, Object>>> for all rows"
                    + " of a request.";
        return Stream.of(
                arguments(
                        "enirch|predict",
                        "Enrich",
                        what
                                + "\"enirch|predict\", and names \"enirch\", which is not a"
                                + " function in the catalog. Choose from enrich, predict, or add"
                                + " the class of the function to"
                                + " spring.cloud.function.function-class."),
                arguments(
                        "enrich",
                        "Enrich",
                        what
                                + "\"enrich\", and must name predict once. Put predict where the"
                                + " model should run, such as enrich|predict."),
                arguments(
                        "predict|predict",
                        "Enrich",
                        what + "\"predict|predict\", and must name predict once."),
                arguments(
                        "|predict", "Enrich", "names \"\", which is not a function in the catalog"),
                arguments(
                        "shout|predict",
                        "Shout",
                        what
                                + "\"shout|predict\", and names \"shout\", which is a"
                                + " Function<java.lang.String, java.lang.String>, and is to take"
                                + " and return rows before predict. "
                                + type),
                arguments(
                        "label|predict",
                        "Label",
                        "is to take and return rows before predict. " + type),
                arguments(
                        "predict|round|label",
                        "Round;Label",
                        "is to take what is before it and return rows. " + type));
    }

    @ParameterizedTest
    @MethodSource("wrongDefinitions")
    void aWrongDefinitionStopsTheStart(String definition, String classes, String message) {
        assertThat(functions.refusing(definition, classes)).contains(message);
    }

    static Stream<Arguments> wrongClasses() {
        return Stream.of(
                arguments("None", "The function class example.None of %s is not there."),
                arguments(
                        "Sink",
                        "The function class example.Sink of %s is not a"
                                + " java.util.function.Function. Set"
                                + " spring.cloud.function.function-class"),
                arguments(
                        "Fussy",
                        "The function class example.Fussy of %s fails when it is created:"
                            + " java.lang.IllegalStateException: there is no database. Correct its"
                            + " constructor, or what it needs."),
                arguments(
                        "Predict",
                        "There are two functions named \"predict\", the second is"
                                + " example.Predict."));
    }

    @ParameterizedTest
    @MethodSource("wrongClasses")
    void aWrongClassStopsTheStart(String name, String message) {
        assertThat(functions.refusing("predict", name))
                .contains(message.formatted(functions.jar()));
    }

    @Test
    void aJarThatIsNotThereStopsTheStart() {
        assertThat(
                        RunningFunction.refusing(
                                functions.model(),
                                "spring.cloud.function.location=/none.jar",
                                "spring.cloud.function.function-class=example.Enrich"))
                .isEqualTo(
                        "The functions' jar /none.jar does not exist. Set"
                            + " spring.cloud.function.location (SPRING_CLOUD_FUNCTION_LOCATION) to"
                            + " the path of a readable jar, or of a folder of classes.");
    }
}
