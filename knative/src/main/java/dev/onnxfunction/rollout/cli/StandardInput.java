package dev.onnxfunction.rollout.cli;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** What is piped into the command; it can be asked for several times. */
final class StandardInput {

    private byte @Nullable [] content;

    /** All of it. */
    byte[] read() throws IOException {
        byte[] read = content == null ? System.in.readAllBytes() : content;
        content = read;
        return read;
    }
}
