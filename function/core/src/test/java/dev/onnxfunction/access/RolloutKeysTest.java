package dev.onnxfunction.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        try {
            RolloutKeys keys = RolloutKeys.readFrom(folder);
            assertThat(keys.admit(KEY)).isFalse();
            assertThat(keys.admit("")).isFalse();
            assertThat(keys.admit(null)).isFalse();
            keys.readAgain();

            Path file = Files.writeString(folder.resolve("rollout"), KEY + "\n" + NEXT);
            assertThat(keys.admit(KEY)).isFalse();
            keys.readAgain();
            keys.readAgain();
            assertThat(keys.admit(KEY)).isTrue();
            assertThat(keys.admit(NEXT)).isTrue();
            assertThat(keys.admit(KEY + "0")).isFalse();

            Files.writeString(file, "short");
            keys.readAgain();
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
    void withoutAPathThereAreNone() {
        assertThat(RolloutKeys.at(null)).isNull();
    }
}
