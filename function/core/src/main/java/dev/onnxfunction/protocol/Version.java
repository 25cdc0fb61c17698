package dev.onnxfunction.protocol;

/** The version of this function, for protocols that return it. */
public final class Version {

    /** The version of the build. */
    public static final String CURRENT = "1.0.0-SNAPSHOT";

    private Version() {}
}
