package dev.onnxfunction.testing;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
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

    private static final List<String> OPTIONS =
            List.of(
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
                Path source = Project.FUNCTION.resolve(SOURCES + "validator/Validator.java");
                Path classes =
                        madeOnce(
                                Files.readString(source),
                                output -> compile(List.of(source), output));
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
     * Generates a Java client for single rows, in the package {@code client}, unless one was
     * generated from the same document before: the jar and the image have the same.
     *
     * @param caller a source file that uses the client
     */
    public static ClassLoader load(String document, Path caller) throws IOException {
        String all = String.join("\n", OPTIONS) + Files.readString(caller) + document;
        return loader(madeOnce(all, output -> generate(document, caller, output)));
    }

    private static void generate(String document, Path caller, Path output) throws IOException {
        Path input = Files.writeString(output.resolve("openapi.json"), document);
        List<String> arguments = new ArrayList<>(List.of("generate", "--input-spec"));
        arguments.addAll(List.of(input.toString(), "--output", output.toString()));
        arguments.addAll(OPTIONS);
        generator(arguments);
        List<Path> sources = new ArrayList<>(List.of(caller));
        try (Stream<Path> files = Files.walk(output.resolve("src"))) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
        }
        compile(sources, output);
    }

    private interface Maker {
        void make(Path output) throws IOException;
    }

    /** Returns a folder of classes that is made once from these inputs, whichever JVM needs it. */
    private static Path madeOnce(String inputs, Maker maker) throws IOException {
        byte[] key = (inputs + Files.size(GENERATOR)).getBytes(StandardCharsets.UTF_8);
        Path made = FOLDER.resolve(UUID.nameUUIDFromBytes(key).toString());
        if (Files.notExists(made)) {
            Path output = Files.createTempDirectory(FOLDER, "unfinished");
            maker.make(output);
            try {
                Files.move(output, made, StandardCopyOption.ATOMIC_MOVE);
            } catch (FileSystemException e) {
                if (Files.notExists(made)) { // Otherwise, another JVM made it at the same time.
                    throw e;
                }
            }
        }
        return made;
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

    private static void generator(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of("-jar", GENERATOR.toString()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new AssertionError(output);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
