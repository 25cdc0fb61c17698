package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.Project;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The pictures in the READMEs are those that their script generates from the current software. */
class PicturesTest {

    private static final Path PICTURES = Path.of("pictures");
    private static final String REMEDY = "Run function/pictures/make, and commit what it writes.";
    private static final long MOST_BYTES = 150_000;

    @Test
    void theScreenshotsAreOfTodaysPage() throws Exception {
        Path page = Path.of("core/src/main/resources/page");
        List<String> inputs = Files.readAllLines(PICTURES.resolve("page.sha256"));

        for (String input : inputs) {
            String[] hashAndFile = input.split("  ", 2);
            byte[] content = Files.readAllBytes(Project.ROOT.resolve(hashAndFile[1]));
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
            assertThat(HexFormat.of().formatHex(hash))
                    .as(input + ": " + REMEDY)
                    .isEqualTo(hashAndFile[0]);
        }
        assertThat(inputs)
                .as(REMEDY)
                .map(line -> Path.of(line.split("  ", 2)[1]))
                .containsAll(
                        list(page).stream()
                                .map(file -> Path.of("function").resolve(file))
                                .toList());
    }

    @Test
    void theScreenshotsShowWhatIsPredictedToday() throws Exception {
        try (RunningFunction function = RunningFunction.start()) {
            assertThat(function.post("/predict", Boston.example().toString()).body())
                    .as(REMEDY)
                    .isEqualTo(Files.readString(PICTURES.resolve("page-answer.json")));
        }
    }

    @Test
    void everyPictureIsSmallAndShownWithWords() throws Exception {
        String readme = Files.readString(Project.ROOT.resolve("README.md"));

        for (Path picture : list(PICTURES)) {
            String name = picture.getFileName().toString();
            if (name.endsWith(".webp") || name.endsWith(".svg")) {
                assertThat(Files.size(picture)).as(name).isLessThan(MOST_BYTES);
                assertThat(readme).contains("function/pictures/" + name);
            }
        }
        assertThat(readme.split("<picture>", -1)).hasSize(3);
        assertThat(readme.split("<img [^>]*alt=\"[^\"]{40,}\"", -1)).hasSize(3);
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
