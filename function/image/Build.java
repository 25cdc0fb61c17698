import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipFile;

/**
 * Makes the layout of the container image, which starts quickly on any machine, with or without a
 * container: {@code java function/image/Build.java FUNCTION.jar FOLDER}, with JDK 25.
 *
 * <p>The layout contains one jar of this project's classes, one of all libraries, ONNX Runtime's
 * library for this platform only, the model, a Java runtime of the modules that are needed, and a
 * cache of the classes that a {@link Rehearsal} loads when it answers real requests. The JVM
 * refuses the cache if the path, size or time of a jar differs, so all times are set first. At the
 * end the cache is tried, and the build fails if the JVM does not accept it.
 */
final class Build {

    private static final FileTime TIME = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

    private static final String MODULES = "java.base,java.desktop,java.logging,java.net.http,jdk.management,jdk.unsupported";

    /** Native libraries that draw, print or play: Spring needs only the beans of java.desktop. */
    private static final String UNUSED =
            Stream.of("awt", "fontmanager", "freetype", "javajpeg", "jawt", "jsound", "lcms", "mlib")
                    .map(library -> "**lib" + library + "*")
                    .collect(Collectors.joining(",", "", ",**libsplashscreen*,**psfont*"));

    /** Files that describe the jar they are in and would be wrong in a merged one. */
    private static final Pattern OF_ONE_JAR =
            Pattern.compile("META-INF/(MANIFEST\\.MF|INDEX\\.LIST|[^/]*\\.(SF|RSA|DSA|EC))");

    /** Files that the function does not need at run time. */
    private static final Pattern UNUSED_FILES =
            Pattern.compile("module-info\\.class|META-INF/native-image/.*|ai/onnxruntime/native/.*");

    /** Jars of this project, which change more often than the other libraries. */
    private static final Pattern OWN = Pattern.compile("(function|onnx-function-.*)\\.jar");

    private static final String NATIVES = "ai/onnxruntime/native/";
    private static final String MAIN = "dev.onnxfunction.FunctionApplication";
    private static final String ONNXRUNTIME = "native/onnxruntime.jar";
    private static final String LOGGERS = "META-INF/services/java.lang.System$LoggerFinder";
    private static final String CACHE = "function.aot";

    private final Path source = Path.of(System.getProperty("jdk.launcher.sourcefile")).getParent();
    private final Path jar;
    private final Path layout;

    private Build(Path jar, Path layout) {
        this.jar = jar.toAbsolutePath();
        this.layout = layout.toAbsolutePath();
    }

    public static void main(String[] args) throws Exception {
        if (args.length != 2 || Runtime.version().feature() != 25) {
            System.err.println("usage, with JDK 25: java Build.java FUNCTION.jar FOLDER");
            System.exit(2);
        }
        new Build(Path.of(args[0]), Path.of(args[1])).run();
    }

    private void run() throws Exception {
        delete(layout);
        Files.createDirectories(layout);
        extractJars();
        extractNatives();
        Sbom.write(layout, version(library("onnxruntime-")));
        extractModel();
        mergeJars();
        linkRuntime();
        writeOptions();
        setTimes();
        rehearse("-XX:AOTCacheOutput=" + CACHE, "-Xlog:aot=error");
        setTimes();
        rehearse("-XX:AOTCache=" + CACHE, "-XX:AOTMode=on");
        Files.delete(layout.resolve("options"));
    }

    private void extractJars() throws Exception {
        call(
                tool("java"), "-Djarmode=tools", "-jar", jar.toString(),
                "extract", "--destination", layout.toString());
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
     * Makes three jars of all: a start looks for some files in every jar, and opens each to do so. This
     * project's classes have their own jar, so that a new version of them changes a small layer of
     * the image and not the libraries'.
     *
     * <p>ONNX Runtime needs {@code java.util.logging} before anything else, and that looks for the file
     * {@link #LOGGERS}. It opens jars until it finds the file, and then one more until it finds it
     * again. So the first two jars have it, and the large third one can wait.
     */
    private void mergeJars() throws IOException {
        Path function = layout.resolve("function.jar");
        Path onnxruntime = layout.resolve(ONNXRUNTIME);
        byte[] loggers = read(function, LOGGERS);
        merge(List.of(library("onnxruntime-")), onnxruntime, Map.of(LOGGERS, loggers));
        Map<Boolean, List<Path>> jars =
                Stream.concat(Stream.of(function), libraries().stream())
                        .collect(Collectors.partitioningBy(Build::isOwn));
        merge(jars.get(true), function, Map.of());
        merge(jars.get(false), layout.resolve("lib").resolve("libraries.jar"), Map.of());
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

    /**
     * Replaces jars by one, equal at every build. Of a class in several versions it keeps the one for
     * this JDK. It also keeps Maven's files, by which scanners recognize the libraries.
     */
    private static void merge(List<Path> jars, Path merged, Map<String, byte[]> more)
            throws IOException {
        Map<String, byte[]> files = new TreeMap<>(more);
        for (Path jar : jars) {
            try (JarFile in = new JarFile(jar.toFile(), true, ZipFile.OPEN_READ, Runtime.version())) {
                for (JarEntry entry : in.versionedStream().toList()) {
                    add(in, entry, files);
                }
            }
            Files.delete(jar);
        }
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(merged))) {
            out.setMethod(JarOutputStream.STORED);
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                out.putNextEntry(stored(file.getKey(), file.getValue()));
                out.write(file.getValue());
            }
        }
    }

    /** Uncompressed: the image's layers are compressed as a whole, which makes them smaller. */
    private static JarEntry stored(String name, byte[] content) {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        JarEntry entry = new JarEntry(name);
        entry.setLastModifiedTime(TIME);
        entry.setSize(content.length);
        entry.setCrc(checksum.getValue());
        return entry;
    }

    /** Adds a file to the others; service files of the same name are concatenated. */
    private static void add(JarFile in, JarEntry entry, Map<String, byte[]> files) throws IOException {
        String name = entry.getName();
        if (entry.isDirectory() || OF_ONE_JAR.matcher(name).matches() || UNUSED_FILES.matcher(name).matches()) {
            return;
        }
        byte[] content = in.getInputStream(entry).readAllBytes();
        byte[] other = files.putIfAbsent(name, content);
        if (other != null && name.endsWith(".class")) {
            throw new IllegalStateException(
                    name + " is in " + in.getName() + " and in another jar. Exclude one of the two"
                            + " libraries in the pom.");
        }
        if (other != null && name.startsWith("META-INF/services/")) {
            String both = text(other) + System.lineSeparator() + text(content);
            files.put(name, both.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private List<Path> libraries() throws IOException {
        try (Stream<Path> jars = Files.list(layout.resolve("lib"))) {
            return jars.sorted().toList();
        }
    }

    /**
     * Runs jlink as a process. Inside this one, the order of its plugins varies from build to build,
     * and so does the layer of the runtime.
     */
    private void linkRuntime() throws Exception {
        call(
                tool("jlink"),
                "--add-modules",
                MODULES,
                "--strip-java-debug-attributes",
                "--no-header-files",
                "--no-man-pages",
                "--exclude-files",
                UNUSED,
                "--output",
                layout.resolve("runtime").toString());
    }

    /** Writes the options of the command line, with the cache and, for the rehearsals, without. */
    private void writeOptions() throws IOException {
        Files.copy(source.resolve("run"), layout.resolve("run"));
        List<String> options = new ArrayList<>(Files.readAllLines(source.resolve("jvm.options")));
        if (platform().startsWith("linux")) {
            // ONNX Runtime creates an empty folder there; everything else may be read-only.
            options.add("-Djava.io.tmpdir=/dev/shm");
        }
        options.add("-cp function.jar:" + ONNXRUNTIME + ":lib/libraries.jar");
        Files.write(layout.resolve("jvm.options"), options);
        options.removeIf(option -> option.contains("AOTCache"));
        Files.write(layout.resolve("options"), options);
    }

    /** Also of links, because a layer contains their times. */
    private void setTimes() throws IOException {
        try (Stream<Path> files = Files.walk(layout)) {
            for (Path file : files.toList()) {
                Files.getFileAttributeView(
                                file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                        .setTimes(TIME, null, null);
            }
        }
    }

    private void rehearse(String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(layout.resolve("runtime/bin/java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("@options", MAIN));
        ProcessBuilder function = new ProcessBuilder(command).directory(layout.toFile()).inheritIO();
        function.environment()
                .putAll(
                        Map.of(
                                "MODEL_LOCATION",
                                source.resolve("sample.onnx").toAbsolutePath().toString(),
                                "ORT_DISABLE_TELEMETRY",
                                "1"));
        Rehearsal.of(function);
    }

    private static List<JarEntry> entries(JarFile jar) {
        return jar.stream().sorted(Comparator.comparing(JarEntry::getName)).toList();
    }

    private static void extract(JarFile jar, JarEntry entry, Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            copy(jar, entry, out);
        }
    }

    private static void copy(JarFile jar, JarEntry entry, OutputStream out) throws IOException {
        try (InputStream in = jar.getInputStream(entry)) {
            in.transferTo(out);
        }
    }

    private Path library(String prefix) throws IOException {
        try (Stream<Path> jars = Files.list(layout.resolve("lib"))) {
            return jars.filter(jar -> jar.getFileName().toString().startsWith(prefix))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("lib has no jar " + prefix + "*. Check the dependencies in function/pom.xml."));
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
                            "ONNX Runtime has no library for " + system + ". Build on Linux, or on macOS with"
                                    + " Apple silicon.");
        };
    }

    /** Returns the path of a tool of this JDK. */
    private static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    private static void call(String... command) throws Exception {
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        process.getInputStream().transferTo(OutputStream.nullOutputStream());
        if (process.waitFor() != 0) {
            throw new IllegalStateException(List.of(command) + " exits with " + process.exitValue() + ".");
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
