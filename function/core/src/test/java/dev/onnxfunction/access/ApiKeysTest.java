package dev.onnxfunction.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.onnxfunction.settings.StartException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Filter;
import java.util.logging.Logger;
import java.util.stream.Stream;

class ApiKeysTest {

    private static final String OLD = "the-old-key-0123456789";
    private static final String NEW = "the-new-key-0123456789";

    @TempDir Path folder;

    @Test
    void everyLineOfAFileIsAKey() throws IOException {
        Path file = Files.writeString(folder.resolve("keys"), OLD + "\n\n  " + NEW + " \r\n");

        ApiKeys keys = ApiKeys.readFrom(file);

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

        ApiKeys keys = ApiKeys.readFrom(folder);

        assertThat(keys.contains(OLD)).isTrue();
        assertThat(keys.contains(NEW)).isTrue();
    }

    @Test
    void keysAreRotatedWithoutARestart() throws IOException {
        Path file = Files.writeString(folder.resolve("keys"), OLD);
        ApiKeys keys = ApiKeys.readFrom(file);

        Files.writeString(file, OLD + "\n" + NEW);
        assertThat(keys.contains(NEW)).isFalse();
        keys.readAgain();
        assertThat(keys.contains(NEW)).isTrue();
        assertThat(keys.contains(OLD)).isTrue();

        Files.writeString(file, NEW);
        keys.readAgain();
        assertThat(keys.contains(OLD)).isFalse();
    }

    @Test
    void keysThatCannotBeReadAnyMoreStayAsTheyWereAndEachChangeIsLogged() throws IOException {
        Path file = Files.writeString(folder.resolve("keys"), OLD);
        ApiKeys keys = ApiKeys.readFrom(file);
        assertThat(keys.lastReadSucceeded()).isTrue();

        List<String> lines =
                logged(
                        () -> {
                            Files.delete(file);
                            keys.readAgain();
                            keys.readAgain();
                            assertThat(keys.lastReadSucceeded()).isFalse();
                            Files.writeString(file, NEW + "\0");
                            keys.readAgain();
                            keys.readAgain();
                            assertThat(keys.contains(OLD)).isTrue();
                            assertThat(keys.contains(NEW)).isFalse();
                            Files.writeString(file, NEW);
                            keys.readAgain();
                            keys.readAgain();
                        });

        assertThat(keys.lastReadSucceeded()).isTrue();
        assertThat(keys.contains(NEW)).isTrue();
        assertThat(keys.contains(OLD)).isFalse();
        String stay = "The API keys read before remain valid, because ";
        assertThat(lines)
                .containsExactly(
                        stay + file + " is not there. Correct " + file + ".",
                        stay
                                + ("line 1 of " + file + " has the invisible character U+0000.")
                                + (" Correct " + file + "."),
                        "The API keys can be read again: 1 from " + file);
    }

    @ParameterizedTest
    @MethodSource("spoiled")
    void whatHasBecomeOfTheFileIsNoReasonToAdmitNobody(Spoiling spoiling, String problem)
            throws IOException {
        Path file = Files.writeString(folder.resolve("keys"), OLD);
        ApiKeys keys = ApiKeys.readFrom(file);
        Files.delete(file);
        spoiling.at(file);

        List<String> lines = logged(keys::readAgain);

        assertThat(keys.contains(OLD)).isTrue();
        assertThat(lines).singleElement().asString().contains(problem);
    }

    interface Spoiling {
        void at(Path file) throws IOException;
    }

    static Stream<Arguments> spoiled() {
        return Stream.of(
                Arguments.of((Spoiling) Files::createFile, "there is no key in "),
                Arguments.of((Spoiling) Files::createDirectory, "there is no key in "),
                Arguments.of((Spoiling) file -> {}, " is not there"),
                Arguments.of(
                        (Spoiling)
                                file -> Files.writeString(file, (NEW + "\n").repeat(10 << 20 >> 5)),
                        "there are more than 64 KiB of keys"),
                Arguments.of(
                        (Spoiling) file -> Files.createSymbolicLink(file, Path.of("/dev/zero")),
                        " is not a file"));
    }

    /** Returns what is logged during the action. */
    private static List<String> logged(ThrowingRunnable action) throws IOException {
        List<String> messages = new ArrayList<>();
        Logger logger = Logger.getLogger(ApiKeys.class.getName());
        Filter before = logger.getFilter();
        logger.setFilter(record -> !messages.add(record.getMessage()));
        try {
            action.run();
        } finally {
            logger.setFilter(before);
        }
        return messages;
    }

    private interface ThrowingRunnable {
        void run() throws IOException;
    }

    @ParameterizedTest
    @ValueSource(ints = {0xFEFF, 0, 0x200B, 0x1B, 0x7F})
    void aKeyWithACharacterThatNobodySeesStopsTheStart(int character) throws IOException {
        String invisible = Character.toString(character);
        for (String key : List.of(invisible + OLD, OLD + invisible, OLD + invisible + OLD)) {
            Path file = Files.writeString(folder.resolve("keys"), NEW + "\n" + key + "\n");

            assertThatThrownBy(() -> ApiKeys.readFrom(file))
                    .isInstanceOf(StartException.class)
                    .hasMessage(
                            "The API keys in %s cannot be used: line 2 of %s has the invisible"
                                            .formatted(file, file)
                                    + " character U+%04X.".formatted(character));
        }
    }

    @Test
    void aFileInUtf16StopsTheStart() throws IOException {
        Path file = Files.writeString(folder.resolve("keys"), OLD, UTF_16);

        assertThatThrownBy(() -> ApiKeys.readFrom(file))
                .isInstanceOf(StartException.class)
                .hasMessageContaining(file + " is not UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n \n", "too-short\n"})
    void keysThatProtectNothingStopTheStart(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("keys"), content);

        assertThatThrownBy(() -> ApiKeys.readFrom(file))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("The API keys in " + file + " cannot be used: ")
                .hasMessageNotContaining("too-short");
    }

    @Test
    void aKeyOfUtf8IsTakenAsItIsSent() throws IOException {
        String key = "schl\u00fcssel-0123456789";
        String sent = new String(key.getBytes(UTF_8), ISO_8859_1);
        ApiKeys keys = ApiKeys.readFrom(Files.writeString(folder.resolve("keys"), key));

        assertThat(keys.admit("Bearer " + sent)).isTrue();
        assertThat(keys.admit("Bearer " + key)).isFalse();
    }

    @Test
    void aFileThatIsNotThereStopsTheStart() {
        assertThatThrownBy(() -> ApiKeys.readFrom(folder.resolve("none")))
                .isInstanceOf(StartException.class)
                .hasMessageContaining(folder.resolve("none") + " is not there");
    }
}
