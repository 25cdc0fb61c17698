package dev.onnxfunction.rollout.report;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.onnxfunction.rollout.engine.Exit;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Instant;

class ProgressPrinterTest {

    @Test
    void eachWaitIsPrintedOnceAfterAStep() {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ProgressPrinter printer =
                new ProgressPrinter(
                        new PrintStream(output, true, UTF_8), false, () -> Instant.EPOCH);

        for (int left = 3; left > 0; left--) {
            printer.progress("the gates");
            printer.progress("hold for another " + left + " s");
        }
        printer.step("A step.", null);
        printer.progress("the gates");

        assertThat(output.toString(UTF_8).lines().map(line -> line.substring(10)))
                .containsExactly("… the gates", "… hold for another 3 s", "A step.", "… the gates");
    }

    @Test
    void aNameOfAModelControlsNoTerminalAndBeginsNoLine() {
        String name = "price\u001b[2J\r\nDone.\u2028\u202e\t€";
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ProgressPrinter printer =
                new ProgressPrinter(
                        new PrintStream(output, true, UTF_8), false, () -> Instant.EPOCH);

        printer.step(name, null);
        printer.progress(name);
        printer.detail(name);
        printer.end(Exit.RETURNED, name);

        String plain = "price\ufffd[2J\ufffd\ufffdDone.\ufffd\ufffd\t€";
        assertThat(output.toString(UTF_8).lines())
                .hasSize(4)
                .allMatch(line -> line.endsWith(plain));
    }
}
