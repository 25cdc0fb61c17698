package dev.onnxfunction.gke;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.onnxfunction.gke.Sandbox.Run;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Setup applies only manifests of Knative and Kourier whose checksums are in the repository. */
@Tag("slow")
class ReleasesTest {

    private static final Path GKE = Sandbox.ROOT.resolve("knative/gke");

    @TempDir private Path folder;
    private Sandbox cloud;

    @BeforeEach
    void copy() throws Exception {
        cloud = new Sandbox(folder);
        cloud.copyManifests();
    }

    @Test
    void everyManifestThatSetupDownloadsHasAChecksumOfTheSameRelease() throws Exception {
        run("setup", "--project", "my-project");

        List<String> downloads =
                cloud.calls().stream()
                        .filter(call -> call.startsWith("curl "))
                        .map(call -> call.substring(call.lastIndexOf('/') + 1))
                        .toList();
        String version =
                Files.readAllLines(GKE.resolve("common.sh")).stream()
                        .filter(line -> line.startsWith("knative="))
                        .map(line -> line.substring("knative=".length()))
                        .findFirst()
                        .orElseThrow();
        List<String> pins = Files.readAllLines(GKE.resolve("releases.sha256"));
        assertThat(pins.getFirst()).isEqualTo("# Knative " + version);
        assertThat(pins.subList(1, pins.size()))
                .allMatch(line -> line.matches("[0-9a-f]{64}  \\S+"))
                .extracting(line -> line.substring(66))
                .containsExactlyElementsOf(downloads);
    }

    @Test
    void anotherReleaseThanThePinnedOneIsNotApplied() throws Exception {
        Files.writeString(pins(), Files.readString(GKE.resolve("releases.sha256")));

        Run run = run("setup", "--project", "my-project");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.output()).contains("error: serving-crds.yaml does not have its checksum");
        assertThat(cloud.calls()).noneMatch(call -> call.startsWith("kubectl apply --filename"));
    }

    @Test
    void pinReleasesWritesWhatSetupThenAccepts() throws Exception {
        Files.delete(pins());

        Run pinned = run("pin-releases");

        assertThat(pinned.exit()).as(pinned.output()).isZero();
        assertThat(Files.readAllLines(pins())).hasSize(4);
        assertThat(run("setup", "--project", "my-project").exit()).isZero();
    }

    @Test
    void aReleaseWhoseServiceOrEnvoyIsElsewhereIsNotApplied() throws Exception {
        Path setup = cloud.copy().resolve("knative/gke/setup");
        Files.writeString(
                setup, Files.readString(setup).replace("s/^  type: Load", "s/^    type: Load"));

        Run run = run("setup", "--project", "my-project");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.output())
                .contains("has its public Service or its Envoy in an unexpected place");
        assertThat(cloud.calls()).noneMatch(call -> call.contains("kourier-private.yaml"));
    }

    @ParameterizedTest
    @CsvSource({
        "release.yaml,  true",
        "changed.yaml,  false",
        "unpinned.yaml, false",
    })
    void aReleaseMustHaveThePinnedChecksum(String name, boolean accepted) throws Exception {
        Files.writeString(folder.resolve("release.yaml"), "a release\n");
        Files.writeString(folder.resolve("changed.yaml"), "another release\n");
        Files.writeString(folder.resolve("unpinned.yaml"), "a release\n");
        String sum = Sandbox.sha256("a release\n".getBytes(UTF_8));
        Files.writeString(pins(), "%1$s  release.yaml%n%1$s  changed.yaml%n".formatted(sum));

        Run run = run("check-release", folder.resolve(name).toString());

        assertThat(run.exit()).as(run.output()).isEqualTo(accepted ? 0 : 1);
        assertThat(run.output().contains("error: ")).isEqualTo(!accepted);
    }

    private Path pins() {
        return cloud.copy().resolve("knative/gke/releases.sha256");
    }

    private Run run(String script, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", "knative/gke/" + script));
        command.addAll(List.of(options));
        return cloud.run(cloud.copy(), Map.of(), command);
    }
}
