package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.drive.Driver;
import dev.onnxfunction.rollout.engine.Exit;

import sun.misc.Signal;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Ctrl-C and its kin put all traffic back on live; a second one does not wait for that. */
final class Signals {

    private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

    private Signals() {}

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
