import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Creates the layout of the rollout's image, which runs on any machine, with or without a container:
 * {@code java knative/image/Build.java ROLLOUT.jar FOLDER}, with JDK 25.
 *
 * <p>The layout contains the jar, a Java runtime with the modules that it needs, and a cache of the classes that a {@link Rehearsal} loads. The JVM refuses the cache if the size or time of the jar differs, so all times are set first. At the end a second run uses the cache, and the build fails if the JVM refuses it.
 */
final class Build {

    private static final FileTime TIME = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

    /** The HTTP server is for simulations. */
    private static final String MODULES = "java.base,java.net.http,jdk.httpserver,jdk.unsupported";

    private static final String MAIN = "dev.onnxfunction.rollout.cli.RolloutCommand";
    private static final String CACHE = "rollout.aot";

    private final Path source = Path.of(System.getProperty("jdk.launcher.sourcefile")).getParent();
    private final Path jar;
    private final Path layout;

    private Build(Path jar, Path layout) {
        this.jar = jar.toAbsolutePath();
        this.layout = layout.toAbsolutePath();
    }

    public static void main(String[] args) throws Exception {
        if (args.length != 2 || Runtime.version().feature() != 25) {
            System.err.println("usage, with JDK 25: java Build.java ROLLOUT.jar FOLDER");
            System.exit(2);
        }
        new Build(Path.of(args[0]), Path.of(args[1])).run();
    }

    private void run() throws Exception {
        delete(layout);
        Files.createDirectories(layout);
        Files.copy(jar, layout.resolve("rollout.jar"));
        for (String file : List.of("run", "jvm.options")) {
            Files.copy(source.resolve(file), layout.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
        }
        try (JarFile file = new JarFile(jar.toFile());
                InputStream sbom = file.getInputStream(file.getEntry("META-INF/sbom/application.cdx.json"))) {
            Files.copy(sbom, layout.resolve("sbom.cdx.json"));
        }
        linkRuntime();
        setTimes();
        rehearse("-XX:AOTCacheOutput=" + CACHE, "-Xlog:aot=error");
        setTimes();
        rehearse("-XX:AOTCache=" + CACHE, "-XX:AOTMode=on");
    }

    private void linkRuntime() {
        ToolProvider jlink = ToolProvider.findFirst("jlink").orElseThrow();
        int code =
                jlink.run(
                        System.out,
                        System.err,
                        "--add-modules",
                        MODULES,
                        "--strip-java-debug-attributes",
                        "--no-header-files",
                        "--no-man-pages",
                        "--output",
                        layout.resolve("runtime").toString());
        if (code != 0) {
            throw new IllegalStateException("jlink exits with " + code + ".");
        }
    }

    private void setTimes() throws IOException {
        try (Stream<Path> files = Files.walk(layout)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, TIME);
            }
        }
    }

    private void rehearse(String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(layout.resolve("runtime/bin/java").toString());
        command.addAll(List.of(options));
        // Absolute, as in 'run': the JVM accepts the cache in any folder, but not if one path is relative and the other absolute.
        command.addAll(List.of("@jvm.options", "-cp", layout.resolve("rollout.jar").toString()));
        ProcessBuilder builder = new ProcessBuilder(command).directory(layout.toFile());
        builder.redirectErrorStream(true);
        builder.environment().putAll(Map.of("LC_ALL", "C.UTF-8"));
        Rehearsal.of(builder, MAIN);
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
