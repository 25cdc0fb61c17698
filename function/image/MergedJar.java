package function.image;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipFile;

/**
 * Replaces several jars by one, equal at every build. Of a class in several versions it keeps the
 * one for this JDK. It also keeps Maven's files, by which scanners recognize the libraries.
 */
final class MergedJar {

    /** Files that describe the jar they are in and would be wrong in a merged one. */
    private static final Pattern OF_ONE_JAR =
            Pattern.compile("META-INF/(MANIFEST\\.MF|INDEX\\.LIST|[^/]*\\.(SF|RSA|DSA|EC))");

    /** Files that the function does not need at run time. */
    private static final Pattern UNUSED_FILES =
            Pattern.compile(
                    "module-info\\.class|META-INF/native-image/.*|ai/onnxruntime/native/.*");

    private MergedJar() {}

    /**
     * Deletes the jars.
     *
     * @param more content of further files, which precede those of the jars
     */
    static void of(List<Path> jars, Path merged, Map<String, byte[]> more) throws IOException {
        Map<String, byte[]> files = new TreeMap<>(more);
        for (Path jar : jars) {
            try (JarFile in =
                    new JarFile(jar.toFile(), true, ZipFile.OPEN_READ, Runtime.version())) {
                for (JarEntry entry : in.versionedStream().toList()) {
                    add(in, entry, files);
                }
            }
            Files.delete(jar);
        }
        try (JarOutputStream out =
                new JarOutputStream(new BufferedOutputStream(Files.newOutputStream(merged)))) {
            out.setMethod(JarOutputStream.STORED);
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                out.putNextEntry(stored(file.getKey(), file.getValue()));
                out.write(file.getValue());
            }
        }
    }

    /** Uncompressed: the image's layers are compressed as a whole, which makes them smaller. */
    private static JarEntry stored(String name, byte[] content) {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        JarEntry entry = new JarEntry(name);
        entry.setLastModifiedTime(ImageLayout.TIME);
        entry.setSize(content.length);
        entry.setCrc(checksum.getValue());
        return entry;
    }

    /** Adds a file to the others; service files of the same name are concatenated. */
    private static void add(JarFile in, JarEntry entry, Map<String, byte[]> files)
            throws IOException {
        String name = entry.getName();
        if (entry.isDirectory()
                || OF_ONE_JAR.matcher(name).matches()
                || UNUSED_FILES.matcher(name).matches()) {
            return;
        }
        byte[] content = in.getInputStream(entry).readAllBytes();
        byte[] other = files.putIfAbsent(name, content);
        if (other != null && name.endsWith(".class")) {
            throw new IllegalStateException(
                    name
                            + " is in "
                            + in.getName()
                            + " and in another jar. Exclude one of the two"
                            + " libraries in the pom.");
        }
        if (other != null && name.startsWith("META-INF/services/")) {
            String both = text(other) + System.lineSeparator() + text(content);
            files.put(name, both.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
