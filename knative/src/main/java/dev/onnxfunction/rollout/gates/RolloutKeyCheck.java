package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.report.ProgressPrinter;

import java.util.HashSet;
import java.util.Set;

/** Reports once which revision counts the gates' requests as those of clients. */
final class RolloutKeyCheck {

    private final boolean hasKey;
    private final ProgressPrinter printer;
    private final Set<String> checked = new HashSet<>();

    /**
     * @param hasKey whether the gates' requests have a rollout key
     */
    RolloutKeyCheck(boolean hasKey, ProgressPrinter printer) {
        this.hasKey = hasKey;
        this.printer = printer;
    }

    /**
     * Checks a revision, unless it was checked before.
     *
     * @param revision its name
     */
    void check(String revision, FunctionClient function) throws InterruptedException {
        if (!hasKey) {
            if (checked.isEmpty()) {
                printer.detail(
                        "The gates' requests count as those of clients, in metrics and drift: there"
                                + " is no rollout key. See --rollout-key-env.");
            }
            checked.add(revision);
        } else if (checked.add(revision) && !function.recognizesRolloutKey()) {
            printer.detail(
                    revision
                            + " does not know the rollout key, so the gates' requests count there"
                            + " as those of clients.");
        }
    }
}
