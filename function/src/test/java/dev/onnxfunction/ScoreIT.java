package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.FunctionProcess;
import dev.onnxfunction.testing.Project;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The command {@code score} of the jar and of the image's layout, as a process. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "sends signals")
class ScoreIT {

    /** Copies of the data, so that the input has more than one chunk. */
    private static final int COPIES = 20;

    @TempDir private Path folder;

    private Process start(List<String> function, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        if (OS.LINUX.isCurrentOs()) { // Under nohup, a child would ignore SIGHUP, too.
            command.addAll(List.of("env", "--default-signal=HUP"));
        }
        command.addAll(function);
        command.add("score");
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(folder.resolve("errors").toFile())
                .start();
    }

    private int run(List<String> function, String... args) throws Exception {
        Process process = start(function, args);
        process.getOutputStream().close();
        process.getInputStream().readAllBytes();
        return process.waitFor();
    }

    private String errors() throws IOException {
        return Files.readString(folder.resolve("errors"));
    }

    /** Returns the example's data, whose last column is not a feature. */
    private static String rows() throws IOException {
        List<String> lines = Files.readAllLines(Project.TRAINING.resolve("boston.csv"));
        String rows = String.join("\n", lines.subList(1, lines.size())) + "\n";
        return lines.getFirst() + "\n" + rows.repeat(COPIES);
    }

    @Test
    void streamsGoThroughAsFilesDo() throws Exception {
        Files.writeString(folder.resolve("rows.csv"), rows());
        assertThat(run(FunctionProcess.JAR, "rows.csv", "-o", "out.csv")).as(errors()).isZero();

        Process process = start(FunctionProcess.IMAGE, "-", "--output-format", "csv");
        try (OutputStream in = process.getOutputStream()) {
            in.write(rows().getBytes(StandardCharsets.UTF_8));
        }
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(errors()).isZero();
        assertThat(out).isEqualTo(Files.readString(folder.resolve("out.csv")));
        assertThat(out.lines()).hasSize(1 + COPIES * 506);
    }

    /** Its number then is that of another file of the JVM, which must stay open. */
    @Test
    void aStandardInputThatTheCallerHasClosedIsRefused() throws Exception {
        List<String> closed = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" <&-", "sh"));
        closed.addAll(FunctionProcess.IMAGE);

        assertThat(run(closed, "-", "-o", "out.csv")).as(errors()).isEqualTo(1);
        assertThat(errors()).hasLineCount(1);
    }

    @Test
    void aRunThatIsKilledLeavesNoOutputAndCanBeRunAgain() throws Exception {
        Process killed = startHalf();
        killed.destroyForcibly().waitFor();

        assertThat(folder.resolve("out.csv")).doesNotExist();
        assertThat(folder.resolve("out.csv.part")).isNotEmptyFile();
        Files.writeString(folder.resolve("rows.csv"), rows());
        assertThat(run(FunctionProcess.IMAGE, "rows.csv", "-o", "out.csv")).as(errors()).isZero();
        assertThat(Files.readAllLines(folder.resolve("out.csv"))).hasSize(1 + COPIES * 506);
        assertThat(folder.resolve("out.csv.part")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "HUP, 129"})
    void onASignalARunRemovesUnfinishedFiles(String signal, int code) throws Exception {
        Process ended = startHalf();
        new ProcessBuilder("kill", "-" + signal, "" + ended.pid()).start().waitFor();

        assertThat(ended.waitFor(300, TimeUnit.SECONDS)).isTrue();
        assertThat(ended.exitValue()).isEqualTo(code);
        assertThat(folder.resolve("out.csv")).doesNotExist();
        assertThat(folder.resolve("out.csv.part")).doesNotExist();
    }

    /** Starts a run that has written some rows and waits for more. */
    private Process startHalf() throws IOException {
        Process process = start(FunctionProcess.IMAGE, "-", "-o", "out.csv", "--threads", "1");
        OutputStream in = process.getOutputStream();
        File part = folder.resolve("out.csv.part").toFile();
        String header = rows().lines().findFirst().orElseThrow() + "\n";
        in.write(header.getBytes(StandardCharsets.UTF_8));
        byte[] rows = rows().substring(header.length()).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 8; i++) {
            in.write(rows);
        }
        in.flush();
        while (process.isAlive() && part.length() < header.length() + 100) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(process.isAlive()).as(errors()).isTrue();
        return process;
    }
}
