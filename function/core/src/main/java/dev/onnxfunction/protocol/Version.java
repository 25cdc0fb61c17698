package dev.onnxfunction.protocol;

/** Which version of this function speaks, for protocols that tell. */
public final class Version {

    /** As in the build. */
    public static final String CURRENT = "1.0.0-SNAPSHOT";

    private Version() {}
}
