package dev.onnxfunction.gke;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.onnxfunction.gke.Sandbox.Run;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Each step that calls a registry, in a folder of its own. */
class StepsTest {

    private static final Map<String, String> SETTINGS =
            Map.of(
                    "IMAGE", "registry.example/function",
                    "ROLLOUT_IMAGE", "registry.example/rollout",
                    "CACHE_IMAGE", "registry.example/cache:newest",
                    "COMMIT", "c0ffee",
                    "BUILD_ID", "b1",
                    "LOCATION", "global",
                    "PROJECT", "my-project",
                    "REPOSITORY_LOCATION", "southamerica-east1",
                    "NAME", "onnx-function");

    /** The calls that mark the images of this commit. */
    private static final List<String> MARKED =
            List.of(
                    "docker tag registry.example/function:c0ffee"
                            + " registry.example/function:deployed",
                    "docker push --quiet registry.example/function:deployed",
                    "docker tag registry.example/rollout:c0ffee"
                            + " registry.example/rollout:deployed",
                    "docker push --quiet registry.example/rollout:deployed");

    @TempDir private Path folder;
    private Path workspace;
    private Sandbox machine;

    @BeforeEach
    void start() throws Exception {
        machine = new Sandbox(Files.createDirectory(folder.resolve("machine")));
        workspace = Files.createDirectory(folder.resolve("workspace"));
        write("target/pipeline/image.cdx.json", "{}");
        write("target/pipeline/rollout-image.cdx.json", "{}");
        write("target/pipeline/rollout-image", "registry.example/rollout@sha256:34cd\n");
    }

    @Test
    void theImageIsLabelledAndTakesTheLayersOfTheLastOne() throws Exception {
        write("target/pipeline/model", "boston-house-prices@3-59f7ce87\n");
        write("target/pipeline/code", "c0de\n");

        step("image");

        assertThat(machine.calls())
                .containsExactly(
                        "docker build --file function/Dockerfile"
                                + " --tag registry.example/function:c0ffee"
                                + " --cache-from registry.example/function:deployed"
                                + " --build-arg BUILDKIT_INLINE_CACHE=1 --provenance=false"
                                + " --build-arg BUILD_IMAGE --build-arg RUN_IMAGE"
                                + " --label org.opencontainers.image.revision=c0ffee"
                                + " --label dev.onnxfunction.code=c0de"
                                + " --label dev.onnxfunction.model=boston-house-prices@3-59f7ce87"
                                + " .",
                        "docker build --file function/Dockerfile --target rollout"
                                + " --tag registry.example/rollout:c0ffee"
                                + " --cache-from registry.example/rollout:deployed"
                                + " --build-arg BUILDKIT_INLINE_CACHE=1 --provenance=false"
                                + " --build-arg BUILD_IMAGE --build-arg RUN_IMAGE"
                                + " --label org.opencontainers.image.revision=c0ffee .");
    }

    @Test
    void whatIsPushedIsKnownByItsDigestAndItsBillOfMaterialsIsTakenFromIt() throws Exception {
        Files.delete(workspace.resolve("target/pipeline/image.cdx.json"));

        step("push");

        assertThat(machine.calls())
                .first()
                .isEqualTo("docker push --quiet registry.example/function:c0ffee");
        assertThat(workspace.resolve("target/pipeline/image"))
                .hasContent("registry.example/function@sha256:12ab");
        assertThat(workspace.resolve("target/pipeline/image.cdx.json")).hasContent("{}");
        assertThat(workspace.resolve("target/pipeline/rollout-image"))
                .hasContent("registry.example/rollout@sha256:12ab");
    }

    @Test
    void theFirstImageWithTrafficIsMarked() throws Exception {
        step("mark");

        assertThat(machine.calls())
                .filteredOn(call -> !call.startsWith("docker inspect"))
                .containsExactlyElementsOf(MARKED);
    }

    @Test
    void theImageBeforeIsKept() throws Exception {
        machine.with("deployed-id", "sha256:old\n");

        step("mark");

        assertThat(machine.calls())
                .filteredOn(call -> !call.startsWith("docker inspect"))
                .startsWith(
                        "docker tag registry.example/function:deployed"
                                + " registry.example/function:previous",
                        "docker push --quiet registry.example/function:previous")
                .endsWith(MARKED.toArray(String[]::new))
                .hasSize(2 + MARKED.size());
    }

    @Test
    void theSameImageAgainIsNotTheOneBefore() throws Exception {
        machine.with("deployed-id", "sha256:built\n");

        step("mark");

        assertThat(machine.calls()).noneMatch(call -> call.contains(":previous"));
    }

    @Test
    void aTagThatCannotBePushedIsTriedAgainAndFailsTheStepWhichMayFail() throws Exception {
        machine.with("failing", "push ");

        Run run = start(Map.of("PAUSE", "0"), "mark");

        assertThat(run.exit()).isNotZero();
        assertThat(machine.calls())
                .filteredOn(call -> call.startsWith("docker push"))
                .hasSize(2)
                .allMatch(call -> call.endsWith(":deployed"));
    }

    @Test
    void provenanceAndBillOfMaterialsAreAttachedToTheDigest() throws Exception {
        write("target/pipeline/image", "registry.example/function@sha256:12ab\n");
        write("target/pipeline/model", "boston-house-prices@3-59f7ce87\n");

        step("attest");

        assertThat(machine.calls())
                .containsExactly(
                        attachment("provenance", "in-toto", "target/pipeline/provenance.json"),
                        attachment("sbom", "cyclonedx", "target/pipeline/image.cdx.json"),
                        attachment(
                                "rollout-provenance", "in-toto", "target/pipeline/provenance.json"),
                        attachment(
                                "rollout-sbom",
                                "cyclonedx",
                                "target/pipeline/rollout-image.cdx.json"));
        assertThat(machine.folder().resolve("provenance"))
                .content()
                .satisfies(json -> new ObjectMapper().readTree(json))
                .contains(
                        "\"sha256\": \"12ab\"",
                        "\"sha256\": \"34cd\"",
                        "\"gitCommit\": \"c0ffee\"",
                        "builds/b1");
    }

    private static String attachment(String name, String type, String file) {
        return "gcloud artifacts attachments create %s-b1 --repository=onnx-function"
                        .formatted(name)
                + " --location=southamerica-east1 --project=my-project --quiet"
                + " --target=%s"
                        .formatted(
                                name.startsWith("rollout")
                                        ? "registry.example/rollout@sha256:34cd"
                                        : "registry.example/function@sha256:12ab")
                + " --attachment-type=application/vnd.%s+json --files=%s".formatted(type, file);
    }

    private static String signature(String image) {
        return "gcloud container binauthz attestations sign-and-create --project=my-project"
                + " --quiet --artifact-url=%s --attestor=built".formatted(image)
                + " --attestor-project=my-project --keyversion=a/key";
    }

    @Test
    void withAnAttestorBothImagesAreSigned() throws Exception {
        write("target/pipeline/image", "registry.example/function@sha256:12ab\n");
        write("target/pipeline/model", "boston-house-prices@3-59f7ce87\n");

        Run run = start(Map.of("ATTESTOR", "built", "SIGNING_KEY", "a/key"), "attest");

        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(machine.calls())
                .endsWith(
                        signature("registry.example/function@sha256:12ab"),
                        signature("registry.example/rollout@sha256:34cd"));
    }

    @ParameterizedTest
    @CsvSource({
        "'',       0, true",
        "CRITICAL, 0, true",
        "HIGH,     1, false",
        "MEDIUM,   1, false",
        "high,     1, false",
    })
    void anImageWithAKnownVulnerabilityOfTheSeverityIsNotSigned(
            String severity, int exit, boolean signed) throws Exception {
        write("target/pipeline/image", "registry.example/function@sha256:12ab\n");
        write("target/pipeline/model", "boston-house-prices@3-59f7ce87\n");
        machine.with("vulnerabilities", "LOW,one,a\nHIGH,CVE-2026-1,libc6\n");

        Run run =
                start(
                        Map.of("SCAN", severity, "ATTESTOR", "built", "SIGNING_KEY", "a/key"),
                        "attest");

        assertThat(run.exit()).as(run.output()).isEqualTo(exit);
        assertThat(machine.calls().toString().contains("sign-and-create")).isEqualTo(signed);
    }

    @Test
    void aCacheIsKeptUntilWhatIsDownloadedChanges() throws Exception {
        projectWith("<version>1</version>");
        Path cache = Files.createDirectory(folder.resolve("cache"));

        cache("restore", cache);
        assertThat(machine.calls())
                .containsExactly("docker pull --quiet registry.example/cache:newest");

        cache("save", cache);
        assertThat(machine.calls())
                .containsExactly(
                        "docker build --quiet --provenance=false --tag"
                                + " registry.example/cache:newest --file - "
                                + cache,
                        "docker push --quiet registry.example/cache:newest");
        assertThat(machine.folder().resolve("dockerfile")).hasContent("FROM scratch\nCOPY . /\n");

        Files.move(cache, machine.folder().resolve("cache"));
        Files.createDirectory(cache);
        cache("restore", cache);
        assertThat(cache.resolve("key")).isNotEmptyFile();
        machine.calls();

        cache("save", cache);
        assertThat(machine.calls()).isEmpty();

        projectWith("<version>2</version>");
        cache("save", cache);
        assertThat(machine.calls()).hasSize(2);

        write("function/core/pom.xml", "<dependency />");
        cache("save", cache);
        assertThat(machine.calls()).hasSize(2);
    }

    private void projectWith(String pom) throws Exception {
        for (String file :
                List.of(
                        "pom.xml",
                        "function/pom.xml",
                        "training-notebook-export/requirements.txt",
                        ".mvn/wrapper/maven-wrapper.properties")) {
            write(file, pom);
        }
    }

    private void write(String file, String content) throws Exception {
        Path path = workspace.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    private void cache(String verb, Path cache) throws Exception {
        run(
                Map.of("CACHE", cache.toString(), "CACHE_IMAGE", "registry.example/cache:newest"),
                "cache",
                verb);
    }

    private void step(String name) throws Exception {
        run(Map.of(), name);
    }

    private void run(Map<String, String> settings, String... words) throws Exception {
        Run run = start(settings, words);
        assertThat(run.exit()).as(run.output()).isZero();
    }

    private Run start(Map<String, String> settings, String... words) throws Exception {
        String script = Sandbox.ROOT.resolve("knative/gke/pipeline/" + words[0]).toString();
        List<String> command =
                words.length == 1 ? List.of("sh", script) : List.of("sh", script, words[1]);
        Map<String, String> all = new HashMap<>(SETTINGS);
        all.putAll(settings);
        return machine.run(workspace, all, command);
    }
}
