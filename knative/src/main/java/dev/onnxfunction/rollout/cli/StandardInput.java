package dev.onnxfunction.rollout.cli;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** Standard input, which can be read several times. */
final class StandardInput {

    private byte @Nullable [] content;

    /** All of it. */
    byte[] read() throws IOException {
        byte[] read = content == null ? System.in.readAllBytes() : content;
        content = read;
        return read;
    }
}
