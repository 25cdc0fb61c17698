package dev.onnxfunction.rollout.cli;

import java.util.UUID;

/** IDs of rollouts. */
final class RolloutIds {

    private RolloutIds() {}

    /** A new ID, of 8 hexadecimal digits. */
    static String random() {
        return UUID.randomUUID().toString().substring(0, 8);
    }
}
