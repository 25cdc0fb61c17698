package dev.onnxfunction.gke;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The environment of a script: fakes of gcloud, kubectl, docker and curl record each call, and keep
 * in this folder what they have created.
 */
record Sandbox(Path folder) {

    /** The repository. */
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Path FAKES =
            Path.of("src/test/resources/dev/onnxfunction/gke/fake").toAbsolutePath();
    private static final int PATIENCE_SECONDS = 180;

    /** The exit code and output of a program, on both channels. */
    record Run(int exit, String output) {}

    /** A copy of another cloud. */
    static Sandbox like(Sandbox other, Path folder) throws IOException {
        try (Stream<Path> files = Files.list(other.folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        Sandbox cloud = new Sandbox(folder);
        cloud.calls();
        return cloud;
    }

    /** Writes what the fakes shall find: the name of an object, and perhaps its content. */
    Sandbox with(String file, String content) throws IOException {
        Files.writeString(folder.resolve(file), content);
        return this;
    }

    /** Runs a copy of a script of {@code knative/gke}, which writes its files to this folder. */
    Run script(String name, String... options) throws Exception {
        copyManifests();
        List<String> command = new ArrayList<>(List.of("sh", "knative/gke/" + name));
        command.addAll(List.of(options));
        return run(copy(), Map.of(), command);
    }

    /** Copies the scripts and the manifests that they apply. */
    void copyManifests() throws IOException {
        for (String part : List.of("access", "gke", "base", "keys", "monitoring", "public")) {
            Path from = ROOT.resolve("knative").resolve(part);
            try (Stream<Path> files = Files.walk(from)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Path to =
                            copy().resolve("knative").resolve(part).resolve(from.relativize(file));
                    Files.createDirectories(to.getParent());
                    Files.copy(file, to, REPLACE_EXISTING);
                }
            }
        }
        pinReleases();
    }

    /** Sets the checksums to those of the bytes that the fake curl returns for each file. */
    private void pinReleases() throws IOException {
        String sum = sha256(Files.readAllBytes(FAKES.resolve("release.yaml")));
        Files.writeString(
                copy().resolve("knative/gke/releases.sha256"),
                Stream.of("serving-crds.yaml", "serving-core.yaml", "kourier.yaml")
                        .map(file -> sum + "  " + file + "\n")
                        .collect(Collectors.joining()));
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The state of the cloud: each file of the fakes, with its content. */
    Map<String, String> state() throws IOException {
        Map<String, String> state = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = file.getFileName().toString();
                if (!name.matches("calls|failing|failure|interrupted|kept|output.*|.*-value")) {
                    state.put(
                            name,
                            Files.readString(file).replace(copy().toString(), "ROOT").strip());
                }
            }
        }
        return state;
    }

    /** Where the scripts are copied to. */
    Path copy() {
        return folder.resolve("copy");
    }

    /** Runs a command to its end. */
    Run run(Path directory, Map<String, String> environment, List<String> command)
            throws Exception {
        Path output = Files.createTempFile(folder, "output", ".txt");
        Process process = start(directory, environment, command, output);
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(command + " hangs: " + Files.readString(output));
        }
        return new Run(process.exitValue(), Files.readString(output));
    }

    /** Starts a command whose output goes to a file. */
    Process start(
            Path directory, Map<String, String> environment, List<String> command, Path output)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment().put("FAKE", folder.toString());
        builder.environment().merge("PATH", FAKES.toString(), Sandbox::before);
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static String before(String path, String first) {
        return first + File.pathSeparator + path;
    }

    /** The calls recorded since the last time, with the repository as {@code ROOT}. */
    List<String> calls() throws IOException {
        Path file = folder.resolve("calls");
        if (!Files.exists(file)) {
            return List.of();
        }
        List<String> calls =
                Files.readAllLines(file).stream()
                        .map(call -> call.replace(copy().toString(), "ROOT"))
                        .toList();
        Files.delete(file);
        return calls;
    }
}
