package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.drive.Driver;
import dev.onnxfunction.rollout.engine.Exit;

import sun.misc.Signal;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Signals that send all traffic back to live; a second one exits without waiting for that. */
final class Signals {

    private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

    /** Exit codes of processes that a signal ended start here; the signal's number is added. */
    private static final int SIGNALLED = 128;

    private Signals() {}

    /** Exits without a write, because the next pod of the Job resumes the command. */
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
        AtomicBoolean stopped = new AtomicBoolean();
        for (String name : NAMES) {
            Signal.handle(
                    new Signal(name),
                    signal -> {
                        if (stopped.getAndSet(true)) {
                            System.exit(Exit.INTERRUPTED.code());
                        }
                        driver.interrupt("SIG" + signal.getName());
                    });
        }
    }
}
