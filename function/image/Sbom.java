package function.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The image's software bill of materials, in the format of CycloneDX: the libraries as Maven lists
 * them in the function's jar, and what Maven does not know: the Java runtime, ONNX Runtime's native
 * libraries, and the base image if the environment variable RUN_IMAGE names it.
 */
final class Sbom {

    private static final String OF_JAR = "META-INF/sbom/application.cdx.json";

    /** The start of the libraries in the Maven plugin's file: an array of the outermost object. */
    private static final Pattern COMPONENTS = Pattern.compile("(?m)^  \"components\" : \\[");

    private Sbom() {}

    /**
     * Writes it into the layout, which has its jars and native libraries.
     *
     * @throws IllegalStateException if the jar has no such file, or one of another form
     */
    static void write(Path layout, String onnxRuntimeVersion) throws Exception {
        String libraries = ofJar(layout.resolve("function.jar"));
        Matcher components = COMPONENTS.matcher(libraries);
        if (!components.find()) {
            throw new IllegalStateException(
                    OF_JAR
                            + " has no components where they are expected. Adapt Sbom.java to the"
                            + " version of cyclonedx-maven-plugin.");
        }
        StringBuilder all = new StringBuilder(libraries.substring(0, components.end()));
        for (String component : ofImage(layout, onnxRuntimeVersion)) {
            all.append('\n').append(component.indent(4).stripTrailing()).append(',');
        }
        all.append(libraries, components.end(), libraries.length());
        Files.writeString(layout.resolve("sbom.cdx.json"), all);
    }

    private static String ofJar(Path jar) throws IOException {
        try (JarFile function = new JarFile(jar.toFile())) {
            if (function.getEntry(OF_JAR) == null) {
                throw new IllegalStateException(
                        jar + " has no " + OF_JAR + ". Build it with Maven, to the phase package.");
            }
            try (InputStream in = function.getInputStream(function.getEntry(OF_JAR))) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
    }

    private static List<String> ofImage(Path layout, String onnxRuntimeVersion) throws Exception {
        List<String> components = new ArrayList<>();
        String java = System.getProperty("java.runtime.version");
        components.add(
                component("platform", System.getProperty("java.vendor"), "openjdk", java, "", ""));
        try (Stream<Path> natives = Files.list(layout.resolve("native"))) {
            for (Path file : natives.sorted().toList()) {
                String name = "#" + file.getFileName();
                components.add(
                        component(
                                "library",
                                "Microsoft",
                                "onnxruntime",
                                onnxRuntimeVersion,
                                name,
                                hash(file)));
            }
        }
        String base = System.getenv("RUN_IMAGE");
        if (base != null) {
            components.add(container(base));
        }
        return components;
    }

    /** Describes an image, NAME:TAG@sha256:DIGEST. Tag and digest may be missing. */
    static String container(String image) {
        String[] parts = image.split("@sha256:", 2);
        int colon = parts[0].lastIndexOf(':');
        int tag = colon > parts[0].lastIndexOf('/') ? colon : parts[0].length();
        String version = parts[0].substring(Math.min(tag + 1, parts[0].length()));
        String digest = parts.length > 1 ? sha256(parts[1]) : "";
        return component("container", "", parts[0].substring(0, tag), version, "", digest);
    }

    private static String component(
            String type, String publisher, String name, String version, String file, String more) {
        String purl = "pkg:generic/" + name + "@" + version.replace("+", "%2B") + file;
        return """
        {
          "type" : "%s", "bom-ref" : "%s", "publisher" : "%s",
          "name" : "%s", "version" : "%s", "purl" : "%s"%s
        }\
        """
                .formatted(type, purl, publisher, name, version, purl, more);
    }

    private static String hash(Path file) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        return sha256(HexFormat.of().formatHex(digest));
    }

    private static String sha256(String content) {
        return ",\n  \"hashes\" : [ { \"alg\" : \"SHA-256\", \"content\" : \"" + content + "\" } ]";
    }
}
