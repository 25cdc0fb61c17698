package dev.onnxfunction.gke;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.onnxfunction.gke.CloudBuild.Step;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs steps of {@code cloudbuild.yaml} on this machine, with the same commands and variables, but
 * without their containers. {@code knative/gke/local-build} starts it.
 */
final class LocalBuild {

    private static final String ROLLOUT = "rollout";

    private final CloudBuild build;
    private final Path folder;
    private final Map<String, String> builtIn;

    LocalBuild(CloudBuild build, Path folder, Map<String, String> builtIn) {
        this.build = build;
        this.folder = folder;
        this.builtIn = builtIn;
    }

    /**
     * Arguments: the repository, the commit, and the ids of the steps to run. Without arguments, it
     * prints the command that started it, so that it can be started again without Maven.
     */
    public static void main(String[] args) throws Exception {
        if (args.length == 0) {
            System.out.println("java: " + System.getProperty("java.home") + "/bin/java");
            System.out.println("libraries: " + System.getProperty("java.class.path"));
            return;
        }
        Path folder = Path.of(args[0]);
        // No trigger, so that the plan looks for no newer build.
        Map<String, String> builtIn =
                Map.of(
                        "PROJECT_ID", "local",
                        "COMMIT_SHA", args[1],
                        "BUILD_ID", "local",
                        "LOCATION", "local",
                        "REPO_FULL_NAME", "",
                        "TRIGGER_NAME", "");
        LocalBuild local =
                new LocalBuild(CloudBuild.read(folder.resolve("cloudbuild.yaml")), folder, builtIn);
        System.exit(local.run(List.of(args).subList(2, args.length)));
    }

    /** Runs these steps in the order of the file until one fails. Returns its exit code, or 0. */
    int run(List<String> ids) throws Exception {
        List<String> known = build.steps().stream().map(Step::id).toList();
        for (String id : ids) {
            if (!known.contains(id)) {
                System.err.printf("error: There is no step %s. The steps are %s.%n", id, known);
                return 2;
            }
        }
        for (Step step : build.steps()) {
            int exit = ids.contains(step.id()) ? run(step) : 0;
            if (exit != 0) {
                System.err.printf("%nerror: Step %s ended with %d.%n", step.id(), exit);
                return exit;
            }
        }
        return 0;
    }

    private int run(Step step) throws Exception {
        return step.id().equals(ROLLOUT) ? rollOut(step) : process(step).start().waitFor();
    }

    /** Runs the rollout as a dry run against an empty cluster. */
    private int rollOut(Step step) throws Exception {
        ProcessBuilder builder = process(step);
        builder.command().add("--dry-run");
        String standIns = folder.resolve("knative/gke/local/cluster").toString();
        builder.environment().merge("PATH", standIns, (path, first) -> first + ":" + path);
        Path state = Files.createDirectories(folder.resolve("target/pipeline"));
        Files.writeString(state.resolve("image"), imageByDigest());
        try (EmptyCluster _ = EmptyCluster.start(state.resolve("kubeconfig"))) {
            return builder.start().waitFor();
        }
    }

    /**
     * Nothing was pushed, so that no registry assigned a digest. The digest of the local image
     * replaces it.
     */
    private String imageByDigest() throws Exception {
        String image = build.replace("$_IMAGE", builtIn);
        String tagged = build.replace("$_IMAGE:$COMMIT_SHA", builtIn);
        Process docker =
                new ProcessBuilder("docker", "inspect", "--format", "{{.Id}}", tagged)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String digest = new String(docker.getInputStream().readAllBytes(), UTF_8).strip();
        if (docker.waitFor() != 0) {
            throw new IllegalStateException(
                    "There is no image of this commit. Run the step image first.");
        }
        return image + "@" + digest + "\n";
    }

    private ProcessBuilder process(Step step) {
        List<String> command =
                new ArrayList<>(
                        step.command().stream().map(word -> build.replace(word, builtIn)).toList());
        System.out.printf("%n=== %s: %s%n", step.id(), String.join(" ", command));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).inheritIO();
        step.environment().forEach((name, value) -> set(builder, name, value, step.volumes()));
        return builder;
    }

    /** Sets a variable, unless it belongs to a volume, which this machine does not have. */
    private void set(ProcessBuilder builder, String name, String value, List<String> volumes) {
        if (volumes.stream().noneMatch(value::contains)) {
            builder.environment().put(name, build.replace(value, builtIn));
        } else if (name.equals("JAVA_HOME")) {
            builder.environment().put(name, System.getProperty("java.home"));
        }
    }
}
