package function.image;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder that becomes an image: jars, a Java runtime of the modules that they need, and a cache
 * of the classes that a rehearsal loads.
 */
public final class ImageLayout {

    static final FileTime TIME = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

    private final Path folder;

    private ImageLayout(Path folder) {
        this.folder = folder;
    }

    /** Creates the folder without any content; deletes what is in it. */
    public static ImageLayout empty(Path folder) throws IOException {
        if (Files.exists(folder)) {
            delete(folder);
        }
        return new ImageLayout(Files.createDirectories(folder.toAbsolutePath()));
    }

    /** Deletes a folder with all that is in it. */
    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Returns the absolute path of a file of this layout. */
    public Path resolve(String name) {
        return folder.resolve(name);
    }

    /**
     * Adds a Java runtime as {@code runtime}. It runs jlink as a process: inside this one, the
     * order of its plugins varies from build to build, and so does the layer of the runtime.
     *
     * @param modules separated by commas
     * @param more further options of jlink
     */
    public void linkRuntime(String modules, String... more) throws Exception {
        List<String> command = new ArrayList<>();
        command.addAll(List.of(tool("jlink"), "-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"));
        command.addAll(List.of("--add-modules", modules));
        command.addAll(List.of("--strip-java-debug-attributes", "--no-header-files"));
        command.addAll(List.of("--no-man-pages", "--output", resolve("runtime").toString()));
        command.addAll(List.of(more));
        call(command);
    }

    /**
     * Records a cache of the classes that the rehearsal loads, and repeats the rehearsal with the
     * cache. The JVM refuses a cache if the path, size or time of a jar differs, so the times of
     * all files are set first.
     *
     * @throws Exception that of the rehearsal; it fails if the JVM does not accept the cache
     */
    public void cacheClasses(String cache, Rehearsal rehearsal) throws Exception {
        setTimes();
        rehearsal.run(java("-XX:AOTCacheOutput=" + cache, "-Xlog:aot=error"));
        setTimes();
        rehearsal.run(java("-XX:AOTCache=" + cache, "-XX:AOTMode=on"));
    }

    /** Runs the program on what it is made for, so that the JVM loads the classes for it. */
    public interface Rehearsal {

        /**
         * @param java the layout's JVM with the options of its cache, in the layout's folder
         */
        void run(ProcessBuilder java) throws Exception;
    }

    private ProcessBuilder java(String... options) {
        List<String> command = new ArrayList<>();
        command.add(resolve("runtime/bin/java").toString());
        command.addAll(List.of(options));
        return new ProcessBuilder(command).directory(folder.toFile());
    }

    /** Also of links, because a layer contains their times. */
    private void setTimes() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                Files.getFileAttributeView(
                                file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                        .setTimes(TIME, null, null);
            }
        }
    }

    /** Returns the path of a tool of this JDK. */
    static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    /** Runs a command without its output; its errors are printed. */
    static void call(List<String> command) throws Exception {
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        process.getInputStream().transferTo(OutputStream.nullOutputStream());
        if (process.waitFor() != 0) {
            throw new IllegalStateException(command + " exits with " + process.exitValue() + ".");
        }
    }
}
