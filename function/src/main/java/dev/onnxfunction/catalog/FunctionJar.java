package dev.onnxfunction.catalog;

import dev.onnxfunction.compose.Composition;
import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.settings.StartException;

import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The user's functions: public classes of a jar, or of a folder of classes, each with a public
 * constructor without parameters. A function's name is the simple name of its class with the first
 * letter in lower case.
 */
public final class FunctionJar implements Closeable {

    private static final String LOCATION =
            "spring.cloud.function.location (SPRING_CLOUD_FUNCTION_LOCATION)";
    private static final String CLASSES =
            "spring.cloud.function.function-class (SPRING_CLOUD_FUNCTION_FUNCTION_CLASS)";
    private static final String SET_CLASSES =
            "Set "
                    + CLASSES
                    + " to the names of classes that implement java.util.function.Function, such as"
                    + " example.Enrich, separated by ';'.";

    private final @Nullable URLClassLoader loader;
    private final Map<String, Function<?, ?>> functions = new LinkedHashMap<>();

    private FunctionJar(@Nullable URLClassLoader loader) {
        this.loader = loader;
    }

    /**
     * Loads the functions; none if no location is set.
     *
     * @throws StartException if there is none at the location; the message states what was found
     *     and what to do
     */
    public static FunctionJar open(Settings.Functions settings) {
        Path location = settings.location();
        if (location == null) {
            if (!settings.classes().isEmpty()) {
                throw new StartException(
                        "The setting " + CLASSES + " is set, and " + LOCATION + " is not.",
                        "Set both, or none of them.");
            }
            return new FunctionJar(null);
        }
        check(location, settings.classes());
        FunctionJar jar = new FunctionJar(loader(location));
        try {
            settings.classes().forEach(name -> jar.add(location, name));
            return jar;
        } catch (RuntimeException | Error e) {
            jar.closeAfter(e);
            throw e;
        }
    }

    private static void check(Path location, List<String> classes) {
        if (classes.isEmpty()) {
            throw new StartException(
                    "The setting " + LOCATION + " is set, and " + CLASSES + " is not.",
                    SET_CLASSES);
        }
        if (!Files.isReadable(location)) {
            throw new StartException(
                    "The functions' jar "
                            + location
                            + (Files.exists(location)
                                    ? " may not be read by this user."
                                    : " does not exist."),
                    "Set "
                            + LOCATION
                            + " to the path of a readable jar, or of a folder of classes.");
        }
    }

    private void closeAfter(Throwable failure) {
        try {
            close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static URLClassLoader loader(Path location) {
        try {
            URL[] urls = {location.toUri().toURL()};
            return new URLClassLoader("functions", urls, FunctionJar.class.getClassLoader());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(Path location, String className) {
        Function<?, ?> function = function(location, className);
        String name = StringUtils.uncapitalize(function.getClass().getSimpleName());
        if (name.equals(Composition.MODEL) || functions.putIfAbsent(name, function) != null) {
            throw new StartException(
                    "There are two functions named \""
                            + name
                            + "\", the second is "
                            + className
                            + ".",
                    "Rename the class: its simple name, with the first letter in lower case, is the"
                            + " function's name.");
        }
    }

    private Function<?, ?> function(Path location, String className) {
        try {
            Object made = Class.forName(className, true, loader).getConstructor().newInstance();
            if (made instanceof Function<?, ?> function) {
                return function;
            }
            throw refuse(
                    className, location, "is not a java.util.function.Function", SET_CLASSES, null);
        } catch (ClassNotFoundException e) {
            throw refuse(
                    className,
                    location,
                    "is not there",
                    "Correct "
                            + CLASSES
                            + ", or pack the class at the root of a plain jar: one of Spring Boot"
                            + " is not opened.",
                    e);
        } catch (InvocationTargetException e) {
            throw refuse(
                    className,
                    location,
                    "fails when it is created: " + e.getCause(),
                    "Correct its constructor, or what it needs.",
                    e);
        } catch (ReflectiveOperationException e) {
            throw refuse(
                    className,
                    location,
                    "cannot be created (" + e + ")",
                    "Make the class public and not abstract, with a public constructor without"
                            + " parameters.",
                    e);
        } catch (LinkageError e) {
            throw refuse(
                    className,
                    location,
                    "cannot be loaded: " + e,
                    "Compile it for Java 25 or earlier, and put what it needs into the jar.",
                    e);
        }
    }

    private static StartException refuse(
            String className,
            Path location,
            String problem,
            String remedy,
            @Nullable Throwable cause) {
        return new StartException(
                "The function class %s of %s %s.".formatted(className, location, problem),
                remedy,
                cause);
    }

    /** By name. */
    public Map<String, Function<?, ?>> functions() {
        return functions;
    }

    @Override
    public void close() throws IOException {
        if (loader != null) {
            loader.close();
        }
    }
}
