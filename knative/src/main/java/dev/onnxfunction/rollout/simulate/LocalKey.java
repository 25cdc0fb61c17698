package dev.onnxfunction.rollout.simulate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The rollout key of one simulation, in a file that only this user and its processes can read. */
public final class LocalKey implements AutoCloseable {

    private static final int BYTES = 24;

    private final Path file;
    private final String value;

    private LocalKey(Path file, String value) {
        this.file = file;
        this.value = value;
    }

    /** Creates a random key. */
    public static LocalKey make() throws IOException {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        String value = HexFormat.of().formatHex(random);
        return new LocalKey(
                Files.writeString(Files.createTempFile("rollout-key-", ""), value), value);
    }

    /** The file that the function reads. */
    public Path file() {
        return file;
    }

    public String value() {
        return value;
    }

    /** Deletes the file. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
