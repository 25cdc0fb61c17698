package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.Connection;
import dev.onnxfunction.testing.FunctionProcess;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Changes of the key file while the function runs. */
class KeysIT {

    private static final String OLD = "the-old-key-0123456789";
    private static final String NEW = "the-new-key-0123456789";
    private static final String METRIC = "\nonnx_function_keys_last_read_successful ";

    /** Takes as long as the function's interval between two reads of the file. */
    @Test
    @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aSpoiledFileLeavesTheOldKeysAndTheLogAndAMetricReportIt(@TempDir Path folder)
            throws Exception {
        Path file = Files.writeString(folder.resolve("keys"), OLD);
        Map<String, String> settings = Map.of("ACCESS_KEYS", file.toString());
        try (FunctionProcess function =
                FunctionProcess.startUnread(FunctionProcess.IMAGE, settings)) {
            assertThat(get(function, "/actuator/prometheus", OLD)).contains(METRIC + "1.0\n");
            assertThat(get(function, "/model", NEW)).startsWith("HTTP/1.1 401");

            Files.writeString(file, "\uFEFF" + NEW);
            function.awaitOutput(
                    "The API keys read before remain valid, because line 1 of "
                            + file
                            + " has the invisible character U+FEFF. Correct "
                            + file
                            + ".");

            assertThat(get(function, "/actuator/prometheus", OLD)).contains(METRIC + "0.0\n");
            assertThat(get(function, "/model", NEW)).startsWith("HTTP/1.1 401");
        }
    }

    private static String get(FunctionProcess function, String path, String key)
            throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send(
                    "GET %s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n\r\n"
                            .formatted(path, key));
            return connection.response();
        }
    }
}
