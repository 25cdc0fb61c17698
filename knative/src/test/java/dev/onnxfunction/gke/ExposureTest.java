package dev.onnxfunction.gke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.gke.Sandbox.Run;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** On the way from private to public and back, no revision without keys is ever public. */
@Tag("slow")
class ExposureTest extends AfterSetup {

    @Test
    void theWayInIsMadeLast() throws Exception {
        Run run = setup("--public");

        assertThat(run.exit()).as(run.output()).isZero();
        List<String> changes = SetupTest.changed(cloud);
        assertThat(changes)
                .last()
                .isEqualTo("kubectl apply --kustomize=ROOT/knative/target/gke/gateway");
        assertThat(changes.toString())
                .containsSubsequence(
                        "create secret generic onnx-function-keys",
                        "annotate namespace onnx-function onnxfunction.dev/exposure=public",
                        "_VARIANT=keys",
                        "ssl-certificates create");
        assertThat(run.output()).contains("https://203.0.113.7.sslip.io", "points at 203.0.113.7");
    }

    @Test
    void itsOwnDomainGetsACertificateAndTheAddressIsPrinted() throws Exception {
        Run run = setup("--domain", "predict.example.org");

        assertThat(run.output()).contains("predict.example.org points at 203.0.113.7");
        assertThat(cloud.calls())
                .anyMatch(call -> call.contains("create") && call.contains("=predict.example.org"));
        assertThat(cloud.copy().resolve("knative/target/gke/gateway/kustomization.yaml"))
                .content()
                .contains("\"predict.example.org\"");
    }

    @Test
    void whileARevisionWithoutKeysHasTrafficItStaysPrivate() throws Exception {
        cloud.with("traffic", "0,100,onnx-function-1\n").with("revisions", "onnx-function-1,\n");

        Run run = setup("--public");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.output())
                .contains("Revision onnx-function-1 has traffic and requires no key")
                .contains("gcloud builds triggers run onnx-function");
        assertThat(folder.resolve("gateway")).doesNotExist();
    }

    @Test
    void aRollbackToARevisionWithoutKeysIsMadeImpossible() throws Exception {
        cloud.with("traffic", "0,100,onnx-function-2\n1,0,onnx-function-1\n")
                .with("revisions", "onnx-function-1,\nonnx-function-2,/keys\n");

        Run run = setup("--public");

        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(SetupTest.changed(cloud))
                .endsWith(
                        "kubectl patch services.serving.knative.dev onnx-function"
                                + " --namespace=onnx-function --type=json"
                                + " --patch=[{\"op\":\"test\","
                                + "\"path\":\"/spec/traffic/1/revisionName\","
                                + "\"value\":\"onnx-function-1\"},"
                                + "{\"op\":\"remove\",\"path\":\"/spec/traffic/1\"}]",
                        "kubectl apply --kustomize=ROOT/knative/target/gke/gateway");
    }

    @ParameterizedTest
    @ValueSource(strings = {"get services.serving", "get revisions.serving"})
    void withoutKnowingTheRevisionsItStaysPrivate(String look) throws Exception {
        cloud.with("failing", look);

        Run run = setup("--public");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.output()).contains("error: Cannot see which revisions require a key.");
        assertThat(folder.resolve("gateway")).doesNotExist();
    }

    @Test
    void theWayInIsClosedFirst() throws Exception {
        setup("--domain", "predict.example.org");
        cloud.calls();

        Run run = setup("--private");

        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(String.join("\n", SetupTest.changed(cloud)))
                .containsSubsequence(
                        "kubectl delete --kustomize=ROOT/knative/gke/gateway",
                        "ssl-certificates delete",
                        "addresses delete",
                        "onnxfunction.dev/exposure-");
        assertThat(cloud.state().keySet())
                .noneMatch(name -> name.matches("gateway|address|certificate-.*|exposure|domain"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "triggers update",
                "delete --kustomize",
                "ssl-certificates delete",
                "addresses delete",
                "annotate namespace onnx-function"
            })
    void anInterruptedWayBackEndsTheSameTheSecondTime(String call) throws Exception {
        setup("--public");
        cloud.with("failing", call);
        assertThat(setup("--private").exit()).isEqualTo(1);
        assertThat(folder.resolve("exposure")).exists();
        cloud.with("failing", "");

        assertThat(setup("--private").exit()).isZero();

        assertThat(cloud.state().keySet())
                .noneMatch(name -> name.matches("gateway|address|certificate-.*|exposure|domain"));
    }

    @Test
    void teardownOfAPublicFunctionLeavesNothingThatCosts() throws Exception {
        setup("--public");

        Run run = cloud.script("teardown", "--project", "my-project", "--yes");

        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(cloud.state().keySet())
                .noneMatch(name -> name.matches("gateway|address|certificate-.*|cluster-.*|nat"));
    }

    /** No command in the scripts and manifests sends a key over plain HTTP. */
    @Test
    void nothingListensWithoutTls() throws Exception {
        String gateway = Files.readString(Sandbox.ROOT.resolve("knative/gke/gateway/gateway.yaml"));
        String readme = Files.readString(Sandbox.ROOT.resolve("knative/gke/README.md"));

        assertThat(gateway).contains("protocol: HTTPS").doesNotContain("protocol: HTTP\n");
        assertThat(readme.lines().filter(line -> line.contains("curl ")))
                .noneMatch(line -> line.contains("http://"));
    }

    private Run setup(String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of("--project", "my-project"));
        all.addAll(List.of(options));
        return cloud.script("setup", all.toArray(String[]::new));
    }
}
