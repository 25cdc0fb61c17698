package dev.onnxfunction.rollout.testing;

import dev.onnxfunction.rollout.drive.Sleeper;

/** How tests wait between two looks at something that really happens. */
public final class Pauses {

    /** A twentieth of each pause; time limits stay as they are. */
    public static final Sleeper SHORT = time -> Thread.sleep(time.dividedBy(20));

    private Pauses() {}
}
