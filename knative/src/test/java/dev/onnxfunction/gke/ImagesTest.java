package dev.onnxfunction.gke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.gke.Sandbox.Run;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One file lists every image from elsewhere, with its digest. */
class ImagesTest {

    private static final String DIGEST = "sha256:" + "0".repeat(64);

    @TempDir private Path folder;
    private Sandbox machine;

    @BeforeEach
    void copy() throws Exception {
        machine = new Sandbox(folder);
        machine.copyManifests();
        for (String file : List.of("cloudbuild.yaml", "function/Dockerfile")) {
            Path to = machine.copy().resolve(file);
            Files.createDirectories(to.getParent());
            Files.copy(Sandbox.ROOT.resolve(file), to);
        }
    }

    @Test
    void theRepositoryUsesEachAsTheListSays() throws Exception {
        Run run = pin("--check");

        assertThat(run.output()).isEmpty();
        assertThat(run.exit()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "cloudbuild.yaml, python, python:3.14.0",
        "cloudbuild.yaml, docker, docker:29.8.0-cli",
        "cloudbuild.yaml, docker, docker:29.8.0-cli@sha256:0",
        "knative/gke/pull-request.yaml, python, other:1.0.0",
        "function/Dockerfile, docker.io/library/debian, docker.io/library/debian:13.3-slim",
    })
    void anImageThatIsUsedPastTheListIsFound(String file, String name, String after)
            throws Exception {
        change(file, listed(name), after);

        Run run = pin("--check");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.output()).contains("error: ", "is used, but images.txt does not have");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "@sha256:12ab", "@sha512:" + "0", ":a b", "@"})
    void aMissingDigestAndOneOfTheWrongFormAreFound(String end) throws Exception {
        change("knative/gke/images.txt", listed("docker"), "docker:29.8.0-cli" + end);

        Run run = pin("--check");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.output()).contains("error: images.txt has 'docker:29.8.0-cli" + end + "'");
    }

    @Test
    void digestsAreLookedUpAndWrittenWhereverTheImageIsUsed() throws Exception {
        Run run = pin();

        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(read("knative/gke/images.txt").lines().filter(line -> !line.startsWith("#")))
                .hasSizeGreaterThan(5)
                .allMatch(line -> line.matches("\\S+:\\S+@sha256:\\d{64}"));
        assertThat(CloudBuild.read(machine.copy().resolve("cloudbuild.yaml")).steps())
                .allMatch(step -> step.image().matches(".*@sha256:\\d{64}"));
        assertThat(read("function/Dockerfile"))
                .containsPattern(
                        "RUN_IMAGE=docker.io/library/debian:[0-9.]+-slim@sha256:\\d{64}\n");
        assertThat(pin("--check").exit()).isZero();
        assertThat(pin().exit()).isZero();
    }

    @Test
    void anotherTagOfTheListGetsItsDigestAndIsUsedEverywhere() throws Exception {
        change("knative/gke/images.txt", listed("python"), "python:3.99.1-bookworm");

        Run run = pin();

        assertThat(run.exit()).as(run.output()).isZero();
        for (String file : List.of("cloudbuild.yaml", "knative/gke/pull-request.yaml")) {
            assertThat(read(file))
                    .containsPattern("name: python:3.99.1-bookworm@sha256:\\d{64}\n")
                    .doesNotContain(tag(listed("python")));
        }
    }

    @Test
    void anImageIsListedOnce() throws Exception {
        change("knative/gke/images.txt", listed("python"), listed("python") + "\npython:2.7.18");

        Run run = pin("--check");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.output()).contains("images.txt has more than one line for python");
    }

    @Test
    void thePythonOfTheBuildIsOneWhosePackagesHaveHashes() throws Exception {
        Matcher python = Pattern.compile("python:3\\.(\\d+)\\..*").matcher(listed("python"));

        assertThat(python.matches()).isTrue();
        assertThat(Sandbox.ROOT.resolve("training-notebook-export/hashes"))
                .isDirectoryContaining("glob:**/linux-x86_64-cp3%s.txt".formatted(python.group(1)));
    }

    @Test
    void aRegistryOutOfReachChangesNothing() throws Exception {
        String before = read("knative/gke/images.txt");
        machine.with("failing", "inspect *python");

        Run run = pin();

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.output())
                .contains("The digest of " + tag(listed("python")) + " cannot be looked up");
        assertThat(read("knative/gke/images.txt")).isEqualTo(before);
    }

    @Test
    void setupPinsTheEnvoyOfKourier() throws Exception {
        String envoy = tag(listed("docker.io/envoyproxy/envoy"));
        change(
                "knative/gke/images.txt",
                listed("docker.io/envoyproxy/envoy"),
                envoy + "@" + DIGEST);

        List<String> command = List.of("sh", "knative/gke/setup", "--project", "my-project");
        Run run = machine.run(machine.copy(), Map.of(), command);

        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(read("knative/target/gke/kourier-private.yaml"))
                .contains("image: " + envoy + "@" + DIGEST + "\n");
    }

    /** The line of the list for this image. */
    static String listed(String name) throws Exception {
        return Files.readAllLines(Sandbox.ROOT.resolve("knative/gke/images.txt")).stream()
                .filter(line -> line.startsWith(name + ":"))
                .findFirst()
                .orElseThrow();
    }

    private static String tag(String image) {
        return image.substring(0, image.indexOf('@'));
    }

    private Run pin(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", "knative/gke/pin-images"));
        command.addAll(List.of(options));
        return machine.run(machine.copy(), Map.of(), command);
    }

    private String read(String file) throws Exception {
        return Files.readString(machine.copy().resolve(file));
    }

    private void change(String file, String before, String after) throws Exception {
        String content = read(file);
        assertThat(content).contains(before);
        Files.writeString(machine.copy().resolve(file), content.replace(before, after));
    }
}
