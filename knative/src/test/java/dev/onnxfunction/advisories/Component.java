package dev.onnxfunction.advisories;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * A component in one version.
 *
 * @param purl package URL without the version, such as {@code pkg:pypi/onnx}
 * @param version as published
 */
record Component(String purl, String version) {

    private static final Pattern PIN = Pattern.compile("(?m)^([\\w.-]+)==([^\\s;]+)");

    /** The components of a CycloneDX SBOM, in JSON. */
    static List<Component> inSbom(Path file) throws IOException {
        JsonNode components =
                JsonMapper.builder().build().readTree(Files.readAllBytes(file)).get("components");
        return StreamSupport.stream(components.spliterator(), false)
                .map(component -> of(component.get("purl").asText()))
                .toList();
    }

    /** The packages that a requirements file of pip pins. */
    static List<Component> inRequirements(Path file) throws IOException {
        return PIN.matcher(Files.readString(file))
                .results()
                .map(pin -> new Component("pkg:pypi/" + pin.group(1), pin.group(2)))
                .toList();
    }

    /** The component of a package URL with a version, without its qualifiers. */
    static Component of(String purl) {
        String[] parts = purl.replaceAll("[?#].*", "").split("@", 2);
        return new Component(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return purl + " " + version;
    }
}
