package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.drive.Driver;
import dev.onnxfunction.rollout.engine.Exit;

import sun.misc.Signal;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Ctrl-C and its kin put all traffic back on live; a second one does not wait for that. */
final class Signals {

    private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

    /** What a shell adds to the number of the signal that ended a process. */
    private static final int SIGNALLED = 128;

    private Signals() {}

    /** The command of a Job is not given up with its pod: another one resumes it. */
    static void leaveToTheNextPod() {
        for (String name : NAMES) {
            Signal.handle(
                    new Signal(name),
                    signal -> {
                        System.out.printf(
                                "SIG%s: this pod ends and writes nothing. The Job's next one"
                                        + " resumes.%n",
                                signal.getName());
                        Runtime.getRuntime().halt(SIGNALLED + signal.getNumber());
                    });
        }
    }

    static void passTo(Driver driver) {
        AtomicBoolean told = new AtomicBoolean();
        for (String name : NAMES) {
            Signal.handle(
                    new Signal(name),
                    signal -> {
                        if (told.getAndSet(true)) {
                            System.exit(Exit.INTERRUPTED.code());
                        }
                        driver.interrupt("SIG" + signal.getName());
                    });
        }
    }
}
