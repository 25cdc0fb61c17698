package dev.onnxfunction.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.onnxfunction.start.StartException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

class ApiKeysTest {

    private static final String OLD = "the-old-key-0123456789";
    private static final String NEW = "the-new-key-0123456789";

    @TempDir Path folder;

    private final AtomicLong now = new AtomicLong();

    @Test
    void everyLineOfAFileIsAKey() throws IOException {
        Path file = Files.writeString(folder.resolve("keys"), OLD + "\n\n  " + NEW + " \r\n");

        ApiKeys keys = ApiKeys.at(file, now::get);

        assertThat(keys.contains(OLD)).isTrue();
        assertThat(keys.contains(NEW)).isTrue();
        assertThat(keys.contains(OLD + "0")).isFalse();
        assertThat(keys.contains(OLD.substring(1))).isFalse();
        assertThat(keys.contains("")).isFalse();
    }

    @Test
    void aMountedSecretIsReadWithoutItsOwnBusiness() throws IOException {
        Path data = Files.createDirectory(folder.resolve("..2026_01_01"));
        Files.writeString(data.resolve("first"), OLD);
        Files.createSymbolicLink(folder.resolve("..data"), data);
        Files.createSymbolicLink(folder.resolve("first"), Path.of("..data", "first"));
        Files.writeString(folder.resolve("second"), NEW);

        ApiKeys keys = ApiKeys.at(folder, now::get);

        assertThat(keys.contains(OLD)).isTrue();
        assertThat(keys.contains(NEW)).isTrue();
    }

    @Test
    void keysAreRotatedWithoutARestart() throws IOException {
        Path file = Files.writeString(folder.resolve("keys"), OLD);
        ApiKeys keys = ApiKeys.at(file, now::get);

        Files.writeString(file, OLD + "\n" + NEW);
        assertThat(keys.contains(NEW)).isFalse();
        passTime();
        assertThat(keys.contains(NEW)).isTrue();
        assertThat(keys.contains(OLD)).isTrue();

        Files.writeString(file, NEW);
        passTime();
        assertThat(keys.contains(OLD)).isFalse();
    }

    @Test
    void keysThatCannotBeReadAnyMoreStayAsTheyWere() throws IOException {
        Path file = Files.writeString(folder.resolve("keys"), OLD);
        ApiKeys keys = ApiKeys.at(file, now::get);

        Files.delete(file);
        passTime();

        assertThat(keys.contains(OLD)).isTrue();
        assertThat(keys.contains(NEW)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n \n", "too-short\n"})
    void keysThatProtectNothingStopTheStart(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("keys"), content);

        assertThatThrownBy(() -> ApiKeys.at(file))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("The API keys in " + file + " cannot be used: ")
                .hasMessageNotContaining("too-short");
    }

    @Test
    void aKeyOfUtf8IsTakenAsItIsSent() throws IOException {
        String key = "schl\u00fcssel-0123456789";
        String sent = new String(key.getBytes(UTF_8), ISO_8859_1);
        ApiKeys keys = ApiKeys.at(Files.writeString(folder.resolve("keys"), key), now::get);

        assertThat(keys.admit("Bearer " + sent)).isTrue();
        assertThat(keys.admit("Bearer " + key)).isFalse();
    }

    @Test
    void aFileThatIsNotThereStopsTheStart() {
        assertThatThrownBy(() -> ApiKeys.at(folder.resolve("none")))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("they cannot be read");
    }

    private void passTime() {
        now.addAndGet(TimeUnit.SECONDS.toNanos(ApiKeys.SECONDS_BETWEEN_READS));
    }
}
