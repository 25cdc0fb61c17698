package dev.onnxfunction.testing;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.file.Path;

/** The example model's files, as the training exported them. */
public final class Boston {

    /** Where the training puts what it exports. */
    public static final Path FOLDER = Project.TRAINING.resolve("model");

    private static final JsonMapper JSON = JsonMapper.shared();

    private Boston() {}

    /** The row of the article. */
    public static JsonNode example() {
        return JSON.readTree(FOLDER.resolve("example.json").toFile());
    }

    /** Rows with the predictions of scikit-learn. */
    public static JsonNode parity() {
        return JSON.readTree(FOLDER.resolve("parity.json").toFile());
    }
}
