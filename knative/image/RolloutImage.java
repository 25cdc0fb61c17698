package knative.image;

import function.image.ImageLayout;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.jar.JarFile;

/**
 * Creates the layout of the rollout's image, which runs on any machine, with or without a
 * container: {@code java knative/image/RolloutImage.java ROLLOUT.jar FOLDER}, with JDK 25.
 *
 * <p>The layout contains the jar, a Java runtime with the modules that it needs, and a cache of the
 * classes that {@link StatusRehearsal} loads.
 */
final class RolloutImage {

    /** The HTTP server is for simulations. */
    private static final String MODULES = "java.base,java.net.http,jdk.httpserver,jdk.unsupported";

    private static final String MAIN = "dev.onnxfunction.rollout.cli.RolloutCommand";
    private static final String CACHE = "rollout.aot";
    private static final String SBOM = "META-INF/sbom/application.cdx.json";

    private final Path source = Path.of(System.getProperty("jdk.launcher.sourcefile")).getParent();
    private final Path jar;
    private final ImageLayout layout;

    private RolloutImage(Path jar, ImageLayout layout) {
        this.jar = jar;
        this.layout = layout;
    }

    public static void main(String[] args) throws Exception {
        if (args.length != 2 || Runtime.version().feature() != 25) {
            System.err.println("usage, with JDK 25: java RolloutImage.java ROLLOUT.jar FOLDER");
            System.exit(2);
        }
        new RolloutImage(Path.of(args[0]), ImageLayout.empty(Path.of(args[1]))).run();
    }

    private void run() throws Exception {
        Files.copy(jar, layout.resolve("rollout.jar"));
        for (String file : List.of("run", "jvm.options")) {
            Files.copy(
                    source.resolve(file), layout.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
        }
        try (JarFile file = new JarFile(jar.toFile());
                InputStream sbom = file.getInputStream(file.getEntry(SBOM))) {
            Files.copy(sbom, layout.resolve("sbom.cdx.json"));
        }
        layout.linkRuntime(MODULES);
        layout.cacheClasses(CACHE, this::rehearse);
    }

    private void rehearse(ProcessBuilder java) throws Exception {
        // Absolute, as in 'run': the JVM accepts the cache in any folder, but not if one path is
        // relative and the other absolute.
        String path = layout.resolve("rollout.jar").toString();
        java.command().addAll(List.of("@jvm.options", "-cp", path));
        java.environment().put("LC_ALL", "C.UTF-8");
        StatusRehearsal.of(java.redirectErrorStream(true), MAIN);
    }
}
