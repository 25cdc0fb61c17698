package dev.onnxfunction.testing;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Runs OpenAPI Generator, then compiles and loads the generated client. The build downloads the
 * generator without adding it to the class path; its jar also contains the libraries of the
 * clients.
 */
public final class GeneratedClient {

    private static final String SOURCES = "testing/src/main/resources/";
    private static final Path FOLDER = Project.FUNCTION.resolve("testing/target/openapi-generator");
    private static final Path GENERATOR = FOLDER.resolve("openapi-generator-cli.jar");
    private static final Path ANNOTATIONS = FOLDER.resolve("javax.annotation-api.jar");

    private GeneratedClient() {}

    /**
     * Returns what the generator's validator, which is Swagger's, finds wrong in a document, with
     * its recommendations.
     */
    @SuppressWarnings("unchecked")
    public static List<String> faults(String document) {
        return ((Function<String, List<String>>) Validator.INSTANCE).apply(document);
    }

    /** The validator, in this JVM, because its own start takes longer than all documents. */
    private static final class Validator {

        static final Object INSTANCE = load();

        private static Object load() {
            try {
                Path classes = Files.createTempDirectory("validator");
                Path source = Project.FUNCTION.resolve(SOURCES + "validator/Validator.java");
                compile(List.of(source), classes);
                try (Stream<Path> files = Files.walk(classes)) {
                    files.map(Path::toFile).forEach(File::deleteOnExit); // The last one first.
                }
                return loader(classes)
                        .loadClass("validator.Validator")
                        .getConstructor()
                        .newInstance();
            } catch (IOException | ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /**
     * Generates a Java client for single rows, in the package {@code client}.
     *
     * @param output an empty folder for its classes and those of {@code sources}
     */
    public static ClassLoader load(Path document, Path output, Path... sources) throws IOException {
        generator(
                "generate",
                "--input-spec",
                document.toString(),
                "--output",
                output.toString(),
                "--generator-name",
                "java",
                "--library",
                "native",
                "--additional-properties",
                "openApiNullable=false,invokerPackage=client,apiPackage=client.api,"
                        + "modelPackage=client.model",
                "--schema-mappings",
                "Rows=Row,ExplainedRows=Row,Predictions=Prediction,Explanations=Explanation",
                "--global-property",
                "apis,models,supportingFiles,apiTests=false,modelTests=false");
        List<Path> all = new ArrayList<>(List.of(sources));
        try (Stream<Path> files = Files.walk(output.resolve("src"))) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(all::add);
        }
        compile(all, output);
        return loader(output);
    }

    private static ClassLoader loader(Path classes) throws IOException {
        URL[] classPath = {
            classes.toUri().toURL(), GENERATOR.toUri().toURL(), ANNOTATIONS.toUri().toURL()
        };
        return new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader());
    }

    private static void compile(List<Path> sources, Path output) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options =
                    List.of(
                            "-nowarn",
                            "-proc:none",
                            "-d",
                            output.toString(),
                            "-classpath",
                            GENERATOR + File.pathSeparator + ANNOTATIONS);
            boolean compiled =
                    compiler.getTask(
                                    null,
                                    files,
                                    null,
                                    options,
                                    null,
                                    files.getJavaFileObjectsFromPaths(sources))
                            .call();
            if (!compiled) {
                throw new AssertionError("The generated client does not compile.");
            }
        }
    }

    private static String generator(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of("-jar", GENERATOR.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new AssertionError(output);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return output;
    }
}
