package dev.onnxfunction.testing;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.nio.file.Path;

/** Folders of this project, whichever module is tested. */
public final class Project {

    /** The folder of the whole project. */
    public static final Path ROOT = root();

    public static final Path FUNCTION = ROOT.resolve("function");

    public static final Path TRAINING = ROOT.resolve("training-notebook-export");

    private Project() {}

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("mvnw"))) {
            folder = requireNonNull(folder.getParent(), "Run the tests in a folder of the project");
        }
        return folder;
    }
}
