package dev.onnxfunction.testing;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.file.Path;

/** The example model's files, as the training exported them. */
public final class Boston {

    /** Folder that the training exports to. */
    public static final Path FOLDER = Project.TRAINING.resolve("model");

    private static final JsonMapper JSON = JsonMapper.shared();

    private Boston() {}

    /** The first row of the data. */
    public static JsonNode example() {
        return JSON.readTree(FOLDER.resolve("example.json").toFile());
    }

    /** All rows with scikit-learn's predictions. */
    public static JsonNode parity() {
        return JSON.readTree(FOLDER.resolve("parity.json").toFile());
    }
}
