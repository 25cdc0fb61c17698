package dev.onnxfunction.rollout.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

class JobContextTest {

    private static final Instant BEGUN = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir private Path folder;

    @Test
    void theFirstKeyIsTheFirstLineOfTheFirstFileThatHasOne() throws IOException {
        JobContext context = new JobContext("id", BEGUN, folder.resolve("keys"));
        assertThat(context.key()).isEmpty();

        Files.createDirectories(folder.resolve("keys/..data"));
        Files.writeString(folder.resolve("keys/.hidden"), "key-0");
        Files.writeString(folder.resolve("keys/empty"), "\n");
        assertThat(context.key()).isEmpty();

        Files.writeString(folder.resolve("keys/second"), "key-2");
        assertThat(context.key()).contains("key-2");
        Files.writeString(folder.resolve("keys/first"), "\n key-1 \r\nkey-1-after-rotation\n");
        assertThat(context.key()).contains("key-1");
    }

    @Test
    void theContextComesFromTheEnvironment() {
        Map<String, String> id = Map.of("ROLLOUT_ID", "id");
        Map<String, String> job =
                Map.of("ROLLOUT_ID", "id", "ROLLOUT_BEGUN", "2026-01-01T00:00:00Z");

        assertThat(JobContext.of(Map.of())).isEmpty();
        assertThat(JobContext.of(job)).contains(new JobContext("id", BEGUN, Path.of("/keys")));
        assertThatThrownBy(() -> JobContext.of(id))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "ROLLOUT_ID is set, but ROLLOUT_BEGUN is not a time such as"
                                + " 2026-01-01T00:00:00Z.");
    }
}
