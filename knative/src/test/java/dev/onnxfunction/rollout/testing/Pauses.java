package dev.onnxfunction.rollout.testing;

import dev.onnxfunction.rollout.drive.Sleeper;

/** How tests wait between two observations of real events. */
public final class Pauses {

    /** Shortens each pause to a twentieth; time limits do not change. */
    public static final Sleeper SHORT = time -> Thread.sleep(time.dividedBy(20));

    private Pauses() {}
}
