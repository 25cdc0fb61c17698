package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.cluster.Manifest;
import dev.onnxfunction.rollout.cluster.UnsupportedServiceException;

import io.fabric8.knative.serving.v1.Service;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the manifest of a Service from a file, or from the standard input. */
final class ManifestFile {

    private ManifestFile() {}

    /**
     * Reads a manifest.
     *
     * @param file a file in YAML; {@code -} for the standard input
     * @throws UnsupportedServiceException if it cannot be read, or is no manifest of a Service
     */
    static Service read(Path file, StandardInput input)
            throws IOException, UnsupportedServiceException {
        if (file.toString().equals("-")) {
            return Manifest.read(new String(input.read(), StandardCharsets.UTF_8));
        }
        if (!Files.isRegularFile(file)) {
            throw new UnsupportedServiceException(
                    "There is no file " + file + ". Name the manifest with -f.");
        }
        try {
            return Manifest.read(Files.readString(file));
        } catch (CharacterCodingException e) {
            throw new UnsupportedServiceException(
                    "The manifest " + file + " is not UTF-8 text. Give the Service as YAML.");
        } catch (IOException e) {
            throw new UnsupportedServiceException(
                    "The manifest " + file + " cannot be read: " + e.getMessage() + ".");
        }
    }
}
