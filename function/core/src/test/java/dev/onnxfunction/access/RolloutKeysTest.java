package dev.onnxfunction.access;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Filter;
import java.util.logging.Logger;

class RolloutKeysTest {

    private static final String KEY = "the-key-of-rollouts-0123";
    private static final String NEXT = "the-key-of-rollouts-4567";

    @TempDir Path folder;

    /**
     * Kubernetes mounts an optional Secret as an empty folder and fills it when the Secret is
     * created.
     */
    @Test
    void aSecretMayComeAndGoWithoutARestartAndEachChangeIsLoggedWithoutAKey() throws IOException {
        Logger log = Logger.getLogger(RolloutKeys.class.getName());
        List<String> lines = new ArrayList<>();
        Filter before = log.getFilter();
        log.setFilter(line -> !lines.add(line.getMessage()));
        try (RolloutKeys keys = keys(null, folder)) {
            assertThat(keys.admit(KEY)).isFalse();
            assertThat(keys.admit("")).isFalse();
            assertThat(keys.admit(null)).isFalse();
            keys.read(folder);

            Path file = Files.writeString(folder.resolve("rollout"), KEY + "\n" + NEXT);
            assertThat(keys.admit(KEY)).isFalse();
            keys.read(folder);
            keys.read(folder);
            assertThat(keys.admit(KEY)).isTrue();
            assertThat(keys.admit(NEXT)).isTrue();
            assertThat(keys.admit(KEY + "0")).isFalse();

            Files.writeString(file, "short");
            keys.read(folder);
            assertThat(keys.admit(KEY)).as("a key that is taken away counts no longer").isFalse();
            assertThat(keys.admit("short")).isFalse();
        } finally {
            log.setFilter(before);
        }

        String none = "All requests count as those of clients, because ";
        String remedy = ". Put a rollout key there to use rollouts.";
        assertThat(lines)
                .containsExactly(
                        none + "there is no key in " + folder + remedy,
                        "Requests with a key in " + folder + " count as those of a rollout: 2",
                        none
                                + "line 1 of "
                                + folder.resolve("rollout")
                                + " is shorter than 16 characters"
                                + remedy);
    }

    @Test
    void withoutAKeyAndAPathThereAreNone() {
        assertThat(RolloutKeys.of(null, null)).isNull();
    }

    @Test
    void aKeyMayBeASettingAloneOrBesideAPath() throws IOException {
        Files.writeString(folder.resolve("rollout"), NEXT);
        try (RolloutKeys alone = keys(KEY, null);
                RolloutKeys beside = keys(KEY, folder)) {
            assertThat(alone.admit(KEY)).isTrue();
            assertThat(alone.admit(NEXT)).isFalse();
            assertThat(alone.admit(null)).isFalse();
            assertThat(beside.admit(KEY)).isTrue();
            assertThat(beside.admit(NEXT)).isTrue();
            assertThat(beside.admit("")).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "fifteen-letters, is shorter than 16 characters",
        "the-key-of-rollouts\u00010123, has the invisible character U+0001"
    })
    void aSettingThatNoRolloutCanSendDoesNotStopTheStartAndIsLoggedButNotRepeated(
            String key, String problem) {
        Logger log = Logger.getLogger(RolloutKeys.class.getName());
        List<String> lines = new ArrayList<>();
        Filter before = log.getFilter();
        log.setFilter(line -> !lines.add(line.getLevel() + " " + line.getMessage()));
        try (RolloutKeys keys = keys(key, null)) {
            assertThat(keys.admit(key)).isFalse();
            assertThat(keys.admit("")).isFalse();
        } finally {
            log.setFilter(before);
        }
        assertThat(lines)
                .containsExactly(
                        "WARNING Requests with rollout.key count as those of clients, because the"
                                + " setting rollout.key (ROLLOUT_KEY) "
                                + problem
                                + ". Set a random key, such as the output of openssl rand -hex 24,"
                                + " or none.");
    }

    private static RolloutKeys keys(@Nullable String key, @Nullable Path location) {
        return requireNonNull(RolloutKeys.of(key, location));
    }
}
