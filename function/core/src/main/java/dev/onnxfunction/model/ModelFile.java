package dev.onnxfunction.model;

import dev.onnxfunction.forest.ForestException;
import dev.onnxfunction.forest.Operators;
import dev.onnxfunction.settings.StartException;
import dev.onnxfunction.text.Printable;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The source of the model: a file that the runtime opens itself, or the model in the jar. */
final class ModelFile {

    /** The resource that is served if no location is set. */
    private static final String EMBEDDED = "/model.onnx";

    /** Minimum size of files that are searched for forests before loading: 32 MB. */
    private static final long LARGE = 32 << 20;

    /**
     * Maximum size of Protobuf messages, and so of ONNX files; the runtime would read a whole file
     * to find out.
     */
    private static final long MAX_BYTES = Integer.MAX_VALUE;

    private final @Nullable Path path;

    private ModelFile(@Nullable Path path) {
        this.path = path;
    }

    /**
     * @throws StartException if there is no readable file
     */
    static ModelFile at(@Nullable Path path) {
        ModelFile file = new ModelFile(path);
        if (path != null) {
            file.check(path);
        }
        return file;
    }

    /** The file's path; null for the model in the jar. */
    @Nullable String path() {
        return path == null ? null : path.toString();
    }

    /** The file's path if it is so large that its memory matters. */
    @Nullable Path large() {
        try {
            return path != null && Files.size(path) >= LARGE ? path : null;
        } catch (IOException e) {
            return null; // What is wrong with it shows when it is loaded.
        }
    }

    /** The bytes of the model in the jar. */
    byte[] embedded() {
        try (InputStream in = ModelFile.class.getResourceAsStream(EMBEDDED)) {
            if (in == null) {
                throw new StartException(
                        "There is no model in the jar and none is set.",
                        "Set model.location (MODEL_LOCATION) to the path of an .onnx file.");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What its operators do, which none may do at random.
     *
     * @throws StartException if one does, or the runtime has loaded what cannot be read here
     */
    Operators operators() {
        Operators operators;
        try {
            operators = path == null ? Operators.of(embedded()) : Operators.of(path);
        } catch (IOException e) {
            throw refuse("cannot be read (" + e.getMessage() + ")", "a readable .onnx file");
        } catch (ForestException e) {
            throw new StartException(
                    "The model " + this + " " + e.reason() + ".",
                    "Export it again as an .onnx file.",
                    e);
        }
        if (!operators.random().isEmpty()) {
            throw new StartException(
                    "The model %s uses random numbers (%s), so the same row may get another prediction each time."
                            .formatted(this, String.join(", ", operators.random())),
                    "Export it again without these operators.");
        }
        return operators;
    }

    private void check(Path file) {
        if (Files.isDirectory(file)) {
            throw refuse("is a directory", "an .onnx file in it");
        }
        if (Files.isSymbolicLink(file) && !Files.exists(file) && !Files.notExists(file)) {
            throw refuse(
                    "is a symbolic link that leads back to itself, or into a folder that this user"
                            + " may not search",
                    "a readable .onnx file");
        }
        if (Files.notExists(file)) {
            // A path has only one of the slashes after the scheme.
            boolean url = file.toString().matches("(.*/)?[a-z][a-z0-9]+:/.*");
            throw refuse(
                    url ? "is a URL, and nothing is downloaded" : "does not exist",
                    "an .onnx file");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw refuse(
                    "is not a regular file", "an .onnx file"); // The runtime would block on a pipe.
        }
        if (!Files.isReadable(file)) {
            throw refuse("may not be read by this user", "a readable .onnx file");
        }
        checkSize(file);
    }

    private void checkSize(Path file) {
        try {
            long size = Files.size(file);
            if (size > MAX_BYTES) {
                throw new StartException(
                        "The model %s has %d bytes, must have less than 2 GiB, as the format requires."
                                .formatted(this, size),
                        "Export it again with its weights in other files (external data).");
            }
            if (size > MetadataSize.MAX_BYTES && MetadataSize.of(file) > MetadataSize.MAX_BYTES) {
                throw new StartException(
                        "The model %s has metadata of more than %d MiB, such as a model card."
                                .formatted(this, MetadataSize.MAX_BYTES >> 20),
                        "Write a smaller card, with fewer rows of background.");
            }
        } catch (IOException e) {
            throw refuse("cannot be read (" + e.getMessage() + ")", "a readable .onnx file");
        }
    }

    private StartException refuse(String problem, String wanted) {
        return new StartException(
                "The model " + this + " " + problem + ".",
                "Set model.location (MODEL_LOCATION) to the path of " + wanted + ".");
    }

    /** Such as {@code /models/model.onnx}. */
    @Override
    public String toString() {
        return path == null ? "in the jar" : Printable.of(path.toString());
    }
}
