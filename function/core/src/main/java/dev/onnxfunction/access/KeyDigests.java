package dev.onnxfunction.access;

import dev.onnxfunction.hash.Sha256;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;

/** Digests of keys; the keys themselves are not stored. */
final class KeyDigests {

    /** No keys. */
    static final KeyDigests NONE = new KeyDigests(List.of());

    private final List<byte[]> digests;

    private KeyDigests(List<byte[]> digests) {
        this.digests = digests;
    }

    /**
     * Reads the keys of a file, or of all files of a folder; at least one.
     *
     * @throws IOException as {@link KeyFile#read} does
     */
    static KeyDigests read(Path location) throws IOException {
        return new KeyDigests(KeyFile.read(location).stream().map(KeyDigests::digest).toList());
    }

    /** One key, already checked. */
    static KeyDigests of(String key) {
        return new KeyDigests(List.of(digest(key)));
    }

    int size() {
        return digests.size();
    }

    /** Whether this is one of the keys. Compares it with all keys in constant time. */
    boolean contains(String key) {
        byte[] digest = digest(key);
        boolean known = false;
        for (byte[] other : digests) {
            known |= MessageDigest.isEqual(digest, other);
        }
        return known;
    }

    private static byte[] digest(String key) {
        return Sha256.hex(key.getBytes(StandardCharsets.UTF_8)).getBytes(StandardCharsets.US_ASCII);
    }
}
