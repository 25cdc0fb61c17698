package dev.onnxfunction.rollout.report;

import dev.onnxfunction.rollout.engine.Exit;
import dev.onnxfunction.rollout.engine.Tags;
import dev.onnxfunction.rollout.engine.Target;
import dev.onnxfunction.rollout.engine.Traffic;

import org.jspecify.annotations.Nullable;

import java.io.Console;
import java.io.PrintStream;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Prints the progress of a rollout. In a terminal, the last line shows the current wait; elsewhere,
 * each wait is printed once.
 *
 * <p>Thread-safe: a line is printed whole.
 */
public final class ProgressPrinter {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());
    private static final String INDENT = " ".repeat(10);
    private static final int BAR = 40;

    private final PrintStream out;
    private final boolean live;
    private final InstantSource clock;

    /** Waits since the last step, without their numbers. */
    private final Set<String> waits = new HashSet<>();

    private boolean moving;

    /**
     * @param live whether {@code out} is a terminal, in which a line can be overwritten
     */
    public ProgressPrinter(PrintStream out, boolean live, InstantSource clock) {
        this.out = out;
        this.live = live;
        this.clock = clock;
    }

    /** Updates the current wait in place if the output is a terminal. */
    public static ProgressPrinter of(PrintStream out, InstantSource clock) {
        // Without a terminal it is null, again since JDK 25.
        boolean terminal =
                Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
        return new ProgressPrinter(out, terminal, clock);
    }

    /** Prints a step. */
    public synchronized void step(String what, @Nullable Traffic traffic) {
        line(time() + what);
        if (traffic != null) {
            traffic.targets().stream()
                    .filter(target -> target.percent() > 0 || isOurs(target.tag()))
                    .forEach(target -> line(INDENT + bar(target)));
        }
        waits.clear();
    }

    /** Prints a wait; on a terminal it replaces the line of the previous wait. */
    public synchronized void progress(String what) {
        if (live) {
            out.print("\r\033[2K" + time() + "… " + PlainText.of(what));
            out.flush();
            moving = true;
            return;
        }
        String kind = what.replaceAll("\\d+", "");
        if (waits.add(kind)) {
            line(time() + "… " + what);
        }
    }

    /** Prints a line below a step. */
    public synchronized void detail(String line) {
        line(INDENT + line);
    }

    /** Prints lines below a step. */
    public synchronized void details(List<String> lines) {
        lines.forEach(this::detail);
    }

    /** Prints the last line. */
    public synchronized void end(Exit exit, String message) {
        line(time() + (exit == Exit.DONE ? "Done. " : "Stopped. ") + message);
    }

    private void line(String line) {
        if (moving) {
            out.print("\r\033[2K");
            moving = false;
        }
        out.println(PlainText.of(line));
        out.flush();
    }

    private String time() {
        return TIME.format(clock.instant()) + "  ";
    }

    private static boolean isOurs(@Nullable String tag) {
        return tag != null && Tags.OWN.contains(tag);
    }

    private static String bar(Target target) {
        String tag = target.tag() == null ? "" : " (" + target.tag() + ")";
        int length = Math.ceilDiv(target.percent() * BAR, 100);
        return "%3d %% %s%s %s%s"
                .formatted(
                        target.percent(),
                        "█".repeat(length),
                        "·".repeat(BAR - length),
                        target.revision(),
                        tag);
    }
}
