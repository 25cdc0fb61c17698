package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.support.GenericApplicationContext;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

@Isolated("It looks at all threads of the JVM.")
class WiringTest {

    /** Shorter than the keys' threads wait between two reads. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    @TempDir private Path folder;

    private final Set<Thread> before = Thread.getAllStackTraces().keySet();

    /** Each setting stops the start at another part. */
    @ParameterizedTest
    @CsvSource({
        "access.keys, none",
        "model.location, none.onnx",
        "spring.cloud.function.location, none",
        "spring.cloud.function.definition, none",
        "server.port, TAKEN"
    })
    void aStartThatFailsLeavesNoThreads(String name, String value) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Map<String, String> settings = settings();
            settings.put(name, value.replace("TAKEN", "" + taken.getLocalPort()));
            GenericApplicationContext context = application(settings);

            assertThatThrownBy(context::refresh).isNotNull();
        }

        assertThat(startedThreads()).isEmpty();
    }

    @Test
    void aClosedApplicationLeavesNoThreads() throws Exception {
        GenericApplicationContext context = application(settings());
        context.refresh();

        context.close();

        assertThat(startedThreads()).isEmpty();
    }

    private Map<String, String> settings() throws IOException {
        Path keys = Files.writeString(folder.resolve("keys"), "a-key-of-24-letters-0123");
        Map<String, String> settings = new HashMap<>();
        settings.put("access.keys", keys.toString());
        settings.put("rollout.keys", keys.toString());
        settings.put("server.address", "127.0.0.1");
        settings.put("server.port", "0");
        settings.put("server.shutdown-timeout", "2s");
        return settings;
    }

    private static GenericApplicationContext application(Map<String, String> settings) {
        return Wiring.context(
                _ -> {},
                settings.entrySet().stream()
                        .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                        .toArray(String[]::new));
    }

    /** The threads that are still there after a while. */
    private List<String> startedThreads() throws InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!before.contains(thread)) {
                thread.join(Duration.between(Instant.now(), end));
            }
        }
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread))
                .map(Thread::getName)
                .toList();
    }
}
