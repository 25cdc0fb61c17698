package dev.onnxfunction.access;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads keys: the lines of a file in UTF-8, or of all files of a folder. */
final class KeyFile {

    /** Shorter keys are refused: 16 random letters and digits have 95 bits. */
    static final int MIN_LENGTH = 16;

    /** Maximum bytes of all files together, because each request is compared with every key. */
    static final int MAX_BYTES = 64 * 1024;

    private KeyFile() {}

    /**
     * Reads all keys, at least one.
     *
     * @throws IOException if that is not possible; its message is the second half of a sentence
     *     that begins with the purpose of the keys, and contains no key
     */
    static List<String> read(Path location) throws IOException {
        List<String> keys = new ArrayList<>();
        int left = MAX_BYTES;
        for (Path file : files(location)) {
            byte[] content = content(file, left);
            left -= content.length;
            addLines(content, file, keys);
        }
        if (keys.isEmpty()) {
            throw new IOException("there is no key in " + location);
        }
        return keys;
    }

    /** In a mounted Secret, files are links, and names that begin with dots are Kubernetes' own. */
    private static List<Path> files(Path location) throws IOException {
        if (!Files.isDirectory(location)) {
            return List.of(location);
        }
        try (Stream<Path> entries = Files.list(location)) {
            return entries.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .toList();
        } catch (IOException e) {
            throw new IOException(location + " cannot be listed (" + e + ")", e);
        }
    }

    private static byte[] content(Path file, int left) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException(file + " is not a file"); // Reading a pipe might never end.
        }
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(left + 1);
        } catch (NoSuchFileException e) {
            throw new IOException(file + " is not there", e);
        } catch (IOException e) {
            throw new IOException(file + " cannot be read (" + e + ")", e);
        }
        if (content.length > left) {
            throw new IOException(
                    "there are more than " + MAX_BYTES / 1024 + " KiB of keys up to " + file);
        }
        return content;
    }

    private static void addLines(byte[] content, Path file, List<String> keys) throws IOException {
        List<String> lines = text(content, file).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String key = stripped(lines.get(i));
            if (!key.isEmpty()) {
                keys.add(checked(key, "line " + (i + 1) + " of " + file));
            }
        }
    }

    private static String text(byte[] content, Path file) throws IOException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
        } catch (CharacterCodingException e) {
            throw new IOException(file + " is not UTF-8", e);
        }
    }

    /** Trims blanks; not with {@link String#strip}, which also removes control characters. */
    private static String stripped(String line) {
        return line.replaceAll("^[ \t]+|[ \t]+$", "");
    }

    /**
     * Refuses characters that no client sends, such as a byte order mark, because the key would
     * never match.
     */
    static String checked(String key, String where) throws IOException {
        for (int character : key.codePoints().toArray()) {
            int type = Character.getType(character);
            if (type == Character.CONTROL || type == Character.FORMAT) {
                throw new IOException(
                        "%s has the invisible character U+%04X".formatted(where, character));
            }
        }
        if (key.length() < MIN_LENGTH) {
            throw new IOException(where + " is shorter than " + MIN_LENGTH + " characters");
        }
        return key;
    }
}
