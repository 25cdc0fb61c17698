package dev.onnxfunction.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles a user's classes and packs them into a jar. */
public final class UserJar {

    private UserJar() {}

    /**
     * Writes the jar.
     *
     * @param folder an empty folder
     * @param sources from the simple name of a class in the package {@code example} to its source,
     *     without the package and the imports of {@code java.util}
     */
    public static Path of(Path folder, Map<String, String> sources) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> options =
                List.of(
                        "-nowarn",
                        "-proc:none",
                        "-d",
                        folder.toString(),
                        "-classpath",
                        System.getProperty("java.class.path"));
        List<JavaFileObject> files =
                sources.entrySet().stream()
                        .map(source -> file(source.getKey(), source.getValue()))
                        .toList();
        if (!compiler.getTask(null, null, null, options, null, files).call()) {
            throw new AssertionError("The classes of the user do not compile.");
        }
        return pack(folder);
    }

    private static JavaFileObject file(String name, String source) {
        String text = "package example; import java.util.*; import java.util.function.*; " + source;
        URI uri = URI.create("string:///example/" + name + ".java");
        return new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }

    private static Path pack(Path folder) {
        Path jar = folder.resolve("functions.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                Stream<Path> classes = Files.list(folder.resolve("example"))) {
            for (Path compiled : classes.toList()) {
                out.putNextEntry(new ZipEntry("example/" + compiled.getFileName()));
                out.write(Files.readAllBytes(compiled));
            }
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
