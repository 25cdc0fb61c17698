package function.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes the layout of the container image, which starts quickly on any machine, with or without a
 * container: {@code java function/image/FunctionImage.java FUNCTION.jar FOLDER}, with JDK 25.
 *
 * <p>The layout contains one jar of this project's classes, one of all libraries, ONNX Runtime's
 * library for this platform only, the model, a Java runtime of the modules that are needed, and a
 * cache of the classes that the function loads when it answers the requests of {@link
 * RequestRehearsal}.
 */
final class FunctionImage {

    /** Module of the packages in which Spring looks for classes in vain; see its declaration. */
    private static final String ABSENT = "dev.onnxfunction.absent";

    private static final String MODULES =
            "java.base,java.desktop,java.logging,java.net.http,jdk.management,jdk.unsupported,"
                    + ABSENT;

    /** Native libraries that draw, print or play: Spring needs only the beans of java.desktop. */
    private static final String UNUSED =
            Stream.of(
                            "awt",
                            "fontmanager",
                            "freetype",
                            "javajpeg",
                            "jawt",
                            "jsound",
                            "lcms",
                            "mlib")
                    .map(library -> "**lib" + library + "*")
                    .collect(Collectors.joining(",", "", ",**libsplashscreen*,**psfont*"));

    /** Jars of this project, which change more often than the other libraries. */
    private static final Pattern OWN = Pattern.compile("(function|onnx-function-.*)\\.jar");

    private static final String NATIVES = "ai/onnxruntime/native/";
    private static final String MAIN = "dev.onnxfunction.FunctionApplication";
    private static final String ONNXRUNTIME = "native/onnxruntime.jar";
    private static final String LOGGERS = "META-INF/services/java.lang.System$LoggerFinder";
    private static final String SPRING = "spring.properties";

    /** Jars of the files that a start looks for. */
    private static final List<String> FIRST = List.of("lib/first.jar", "lib/second.jar");

    private static final String CACHE = "function.aot";

    private final Path source =
            Path.of(System.getProperty("jdk.launcher.sourcefile")).toAbsolutePath().getParent();
    private final Path jar;
    private final ImageLayout layout;

    private FunctionImage(Path jar, ImageLayout layout) {
        this.jar = jar.toAbsolutePath();
        this.layout = layout;
    }

    public static void main(String[] args) throws Exception {
        if (args.length != 2 || Runtime.version().feature() != 25) {
            System.err.println("usage, with JDK 25: java FunctionImage.java FUNCTION.jar FOLDER");
            System.exit(2);
        }
        new FunctionImage(Path.of(args[0]), ImageLayout.empty(Path.of(args[1]))).run();
    }

    private void run() throws Exception {
        extractJars();
        extractNatives();
        Sbom.write(layout.resolve(""), version(library("onnxruntime-")));
        extractModel();
        mergeJars();
        linkRuntime();
        writeOptions();
        layout.cacheClasses(CACHE, this::rehearse);
        Files.delete(layout.resolve("options"));
    }

    private void extractJars() throws Exception {
        ImageLayout.call(
                List.of(
                        ImageLayout.tool("java"),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Djarmode=tools",
                        "-jar",
                        jar.toString(),
                        "extract",
                        "--destination",
                        layout.resolve("").toString()));
        Files.delete(library("spring-boot-jarmode-tools-"));
    }

    private void extractNatives() throws IOException {
        Path onnxruntime = library("onnxruntime-");
        String folder = NATIVES + platform() + "/";
        Files.createDirectory(layout.resolve("native"));
        try (JarFile natives = new JarFile(onnxruntime.toFile())) {
            for (JarEntry entry : entries(natives)) {
                if (entry.getName().startsWith(folder) && !entry.isDirectory()) {
                    String name = entry.getName().substring(folder.length());
                    extract(natives, entry, layout.resolve("native").resolve(name));
                }
            }
        }
    }

    /** Extracts the model of the jar, if it was built with one. */
    private void extractModel() throws IOException {
        Path training = library("training-notebook-export-");
        Files.createDirectory(layout.resolve("model"));
        try (JarFile exported = new JarFile(training.toFile())) {
            JarEntry model = exported.getJarEntry("model.onnx");
            if (model != null) {
                extract(exported, model, layout.resolve("model").resolve("model.onnx"));
            }
        }
        Files.delete(training);
    }

    /**
     * Makes few jars of all, because a start that looks for a file opens one after the other. This
     * project's classes have their own jar, so that a new version of them changes a small layer of
     * the image and not the libraries'.
     *
     * <p>ONNX Runtime needs {@code java.util.logging} before anything else, and that looks for the
     * file {@link #LOGGERS}. It opens jars until it finds the file, and then one more until it
     * finds it again. Spring looks for {@link #SPRING}. So the first two jars have these files and
     * nothing else. A start opens no large jar, because the classes come from the cache.
     */
    private void mergeJars() throws IOException {
        Path function = layout.resolve("function.jar");
        Map<String, byte[]> files =
                Map.of(LOGGERS, read(function, LOGGERS), SPRING, read(function, SPRING));
        MergedJar.of(List.of(library("onnxruntime-")), layout.resolve(ONNXRUNTIME), Map.of());
        Map<Boolean, List<Path>> jars =
                Stream.concat(Stream.of(function), libraries().stream())
                        .collect(Collectors.partitioningBy(FunctionImage::isOwn));
        MergedJar.of(jars.get(true), function, Map.of());
        MergedJar.of(jars.get(false), layout.resolve("lib").resolve("libraries.jar"), Map.of());
        for (String first : FIRST) {
            MergedJar.of(List.of(), layout.resolve(first), files);
        }
    }

    private static byte[] read(Path jar, String name) throws IOException {
        try (JarFile in = new JarFile(jar.toFile());
                InputStream file = in.getInputStream(in.getEntry(name))) {
            return file.readAllBytes();
        }
    }

    private static boolean isOwn(Path jar) {
        return OWN.matcher(jar.getFileName().toString()).matches();
    }

    private List<Path> libraries() throws IOException {
        try (Stream<Path> jars = Files.list(layout.resolve("lib"))) {
            return jars.sorted().toList();
        }
    }

    private void linkRuntime() throws Exception {
        Path modules = Files.createTempDirectory("modules");
        String sources = ABSENT + "=" + source.resolve("absent");
        try {
            // In this process, because it has compiled this file with the same compiler.
            ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
            String[] arguments = {
                "--module-source-path", sources, "--module", ABSENT, "-d", modules.toString()
            };
            if (javac.run(System.err, System.err, arguments) != 0) {
                throw new IllegalStateException("javac cannot compile the module " + ABSENT + ".");
            }
            layout.linkRuntime(
                    MODULES, "--module-path", modules.toString(), "--exclude-files", UNUSED);
        } finally {
            ImageLayout.delete(modules);
        }
    }

    /** Writes the options of the command line, with the cache and, for the rehearsals, without. */
    private void writeOptions() throws IOException {
        Files.copy(source.resolve("run"), layout.resolve("run"));
        List<String> options = new ArrayList<>(Files.readAllLines(source.resolve("jvm.options")));
        if (platform().startsWith("linux")) {
            // The only folder that functions of users can rely on to be writable.
            options.add("-Djava.io.tmpdir=/dev/shm");
            // Otherwise, the JDK searches all jars for another one.
            options.add(
                    "-Djava.nio.channels.spi.SelectorProvider=sun.nio.ch.EPollSelectorProvider");
        }
        options.add(
                "-cp "
                        + String.join(":", FIRST)
                        + ":function.jar:"
                        + ONNXRUNTIME
                        + ":lib/libraries.jar");
        Files.write(layout.resolve("jvm.options"), options);
        options.removeIf(option -> option.contains("AOTCache"));
        Files.write(layout.resolve("options"), options);
    }

    private void rehearse(ProcessBuilder java) throws Exception {
        java.command().addAll(List.of("@options", MAIN));
        java.environment().put("MODEL_LOCATION", source.resolve("sample.onnx").toString());
        java.environment().put("ORT_DISABLE_TELEMETRY", "1");
        Path log = Files.createTempFile("rehearsal", ".log");
        try {
            RequestRehearsal.of(java.redirectErrorStream(true).redirectOutput(log.toFile()));
        } catch (Exception e) {
            Files.copy(log, System.err);
            throw e;
        } finally {
            Files.delete(log);
        }
    }

    private static List<JarEntry> entries(JarFile jar) {
        return jar.stream().sorted(Comparator.comparing(JarEntry::getName)).toList();
    }

    private static void extract(JarFile jar, JarEntry entry, Path file) throws IOException {
        try (InputStream in = jar.getInputStream(entry)) {
            Files.copy(in, file);
        }
    }

    private Path library(String prefix) throws IOException {
        try (Stream<Path> jars = Files.list(layout.resolve("lib"))) {
            return jars.filter(jar -> jar.getFileName().toString().startsWith(prefix))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new IllegalStateException(
                                            "lib has no jar "
                                                    + prefix
                                                    + "*. Check the dependencies in"
                                                    + " function/pom.xml."));
        }
    }

    /** Returns, for example, 1.28.0 for onnxruntime-1.28.0.jar. */
    private static String version(Path jar) {
        String name = jar.getFileName().toString();
        return name.substring(name.indexOf('-') + 1, name.length() - ".jar".length());
    }

    /** Returns ONNX Runtime's name of this platform. */
    private static String platform() {
        String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        return switch (system) {
            case "Linux amd64" -> "linux-x64";
            case "Linux aarch64" -> "linux-aarch64";
            case "Mac OS X aarch64" -> "osx-aarch64";
            default ->
                    throw new IllegalStateException(
                            "ONNX Runtime has no library for "
                                    + system
                                    + ". Build on Linux, or on macOS with"
                                    + " Apple silicon.");
        };
    }
}
