package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Isolated;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Native memory does not grow with the number of predictions. */
@Isolated
@Tag("slow")
class NativeMemoryTest {

    /** In KiB. A leak of one tensor in each of the 50 000 small batches adds 10 MiB. */
    private static final long ALLOWED_GROWTH = 4 * 1024;

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "reads the memory of the process from /proc")
    void twoHundredThousandPredictionsLeaveNothingBehind() throws Exception {
        // In a JVM of its own: its heap has its full size from the start, and no optimising
        // compiler takes and gives back some MiB whenever the machine lets it run.
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-Xms96m",
                        "-Xmx96m",
                        "-XX:+AlwaysPreTouch",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NativeMemoryProbe.class.getName());
        Process probe = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(probe.waitFor()).as(output).isZero();
        String result = output.lines().reduce((_, last) -> last).orElseThrow();
        assertThat(result).matches("predictions \\d+, growth -?\\d+ KiB");
        String[] words = result.split("[ ,]+", -1);
        assertThat(Long.parseLong(words[1])).isGreaterThanOrEqualTo(200_000);
        assertThat(Long.parseLong(words[3])).as(result).isLessThan(ALLOWED_GROWTH);
    }
}
