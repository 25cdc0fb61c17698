package dev.onnxfunction.gke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.gke.Sandbox.Run;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Setup and teardown create and delete the right objects, in the right order, and no others. */
@Tag("slow")
class SetupTest {

    private static final Path RECORDED = Path.of("src/test/resources/dev/onnxfunction/gke");
    private static final String[] GITHUB = {
        "--project", "my-project", "--github", "me/my-function"
    };

    private static final String CHANGE =
            ".* (enable|create|delete|update|upgrade|set-cleanup-policies|add-iam-policy-binding|remove-iam-policy-binding|get-credentials|apply|annotate|patch|set|wait)"
                + " .*";
    private static final String OF_OLD_ONES =
            "(gcloud .* (upgrade|update|remove-iam-policy-binding)|kubectl (patch service|set"
                    + " image)) .*";
    static final String COSTS =
            "(trigger|cluster|certificate)-.*|dashboard|repository|address|router|nat|firewall-rule"
                    + "|gateway|.*iam.gserviceaccount.com";

    @TempDir private static Path reference;
    private static Sandbox complete;

    @TempDir private Path folder;

    @BeforeAll
    static void setUpOnce() throws Exception {
        complete = new Sandbox(reference);
        Run run = complete.script("setup", GITHUB);
        assertThat(run.exit()).as(run.output()).isZero();
    }

    @Test
    void anEmptyProjectGetsEverything() throws Exception {
        Sandbox cloud = new Sandbox(folder);

        Run run = cloud.script("setup", GITHUB);

        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(cloud.calls()).isEqualTo(recorded("setup-fresh.txt"));
    }

    @Test
    void aCompleteProjectIsOnlyLookedAt() throws Exception {
        Sandbox cloud = complete();

        Run run = cloud.script("setup", GITHUB);

        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(cloud.calls()).isEqualTo(recorded("setup-complete.txt"));
    }

    /** An older setup allowed builds to change Services, and to forward a port of Kourier. */
    @Test
    void whatBuildsMightDoBeforeIsTakenBack() throws Exception {
        Sandbox cloud = complete().with("old-access", "rolebinding\n");

        Run run = cloud.script("setup", GITHUB);

        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(cloud.calls())
                .contains(
                        "kubectl delete role,rolebinding onnx-function-build"
                                + " --namespace=onnx-function --ignore-not-found");
    }

    @Test
    void aHalfDoneProjectGetsTheRest() throws Exception {
        Sandbox cloud = new Sandbox(folder).with("failing", "apply --filename=*serving-core");
        Run broken = cloud.script("setup", GITHUB);
        assertThat(broken.exit()).isEqualTo(1);
        cloud.with("failing", "").calls();

        Run run = cloud.script("setup", GITHUB);

        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(cloud.calls()).isEqualTo(recorded("setup-half-done.txt"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "services enable",
                "routers nats create",
                "clusters create",
                "get-credentials",
                "apply *kourier",
                "create *namespace",
                "triggers create"
            })
    void whereverItBreaksTheSecondRunEndsWithTheSameProject(String call) throws Exception {
        Sandbox cloud = new Sandbox(folder).with("failing", call);
        assertThat(cloud.script("setup", GITHUB).exit()).isEqualTo(1);
        cloud.with("failing", "");

        Run run = cloud.script("setup", GITHUB);

        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(cloud.state()).isEqualTo(complete.state());
    }

    /** Fails after each change in turn, as if the connection broke or somebody pressed Ctrl-C. */
    @Test
    void afterEveryChangeItGoesOnWhereItWasInterrupted() throws Exception {
        Sandbox cloud = new Sandbox(folder).with("interrupted", "");
        int runs = 1;
        while (cloud.script("setup", GITHUB).exit() != 0) {
            runs++;
            assertThat(runs).isLessThan(80);
        }

        assertThat(runs).isGreaterThan(30);
        assertThat(cloud.state()).isEqualTo(complete.state());
    }

    @Test
    void aLookThatFailsMakesNothing() throws Exception {
        Sandbox cloud = new Sandbox(folder).with("failing", "repositories list ");

        Run run = cloud.script("setup", GITHUB);

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.output()).contains("error: Cannot see whether this exists");
        assertThat(cloud.calls()).noneMatch(call -> call.contains("repositories create"));
    }

    @Test
    void anOldClusterIsUpgradedAndItsKourierMadePrivateAndPinned() throws Exception {
        Sandbox cloud =
                complete()
                        .with("kubernetes", "1.33.9-gke.1")
                        .with("type", "LoadBalancer")
                        .with("envoy", "docker.io/envoyproxy/envoy:v1.37-latest");

        Run run = cloud.script("setup", "--project", "my-project");

        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(changed(cloud))
                .containsExactly(
                        "gcloud container clusters upgrade ml-cluster"
                                + " --location=southamerica-east1-b"
                                + " --master --cluster-version=1.34 --project=my-project --quiet",
                        "kubectl patch service kourier --namespace=kourier-system --type=merge"
                                + " --patch={\"spec\":{\"type\":\"ClusterIP\"}}",
                        "kubectl set image deployment/3scale-kourier-gateway kourier-gateway="
                                + ImagesTest.listed("docker.io/envoyproxy/envoy")
                                + " --namespace=kourier-system");
    }

    @Test
    void kourierNeverHasAnAddressOfItsOwn() throws Exception {
        complete();

        assertThat(folder.resolve("type")).hasContent("ClusterIP");
        assertThat(complete.copy().resolve("knative/target/gke/kourier.yaml"))
                .content()
                .contains("type: LoadBalancer");
    }

    @Test
    void aPublicFunctionGetsAKeyForClientsAndOneForTheMetricsThatNothingPrints() throws Exception {
        Sandbox cloud = complete();

        Run first = cloud.script("setup", "--project", "my-project", "--public");
        String clients = Files.readString(folder.resolve("onnx-function-keys-value"));
        String metrics = Files.readString(folder.resolve("onnx-function-metrics-key-value"));
        cloud.script("setup", "--project", "my-project", "--public");

        assertThat(List.of(clients, metrics))
                .doesNotHaveDuplicates()
                .allMatch(key -> key.matches("[0-9a-f]{48}"));
        assertThat(first.output()).doesNotContain(clients, metrics);
        assertThat(cloud.calls())
                .noneMatch(call -> call.contains(clients) || call.contains(metrics))
                .filteredOn(call -> call.contains("create secret"))
                .containsExactly(
                        "kubectl create secret generic onnx-function-keys"
                                + " --namespace=onnx-function --from-file=first=/dev/stdin",
                        "kubectl create secret generic onnx-function-metrics-key"
                                + " --namespace=onnx-function --from-file=metrics=/dev/stdin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "False"})
    void aClusterWithoutManagedPrometheusGetsItAndNewRulesAreApplied(String found)
            throws Exception {
        Sandbox cloud =
                complete().with("prometheus", found).with("applied-monitoring-base", "older");

        Run run = cloud.script("setup", GITHUB);

        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(changed(cloud))
                .containsExactly(
                        "gcloud container clusters update ml-cluster"
                                + " --location=southamerica-east1-b"
                                + " --enable-managed-prometheus --project=my-project --quiet",
                        "kubectl apply --namespace=onnx-function"
                                + " --kustomize=ROOT/knative/monitoring/base");
    }

    @Test
    void whatCannotBeComparedIsNotTakenForMissing() throws Exception {
        Sandbox cloud = complete().with("failing", "diff *monitoring").with("failure", "3");

        Run run = cloud.script("setup", GITHUB);

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.output()).contains("error: Cannot see whether this exists");
        assertThat(cloud.calls()).noneMatch(call -> call.matches("kubectl apply .*monitoring.*"));
    }

    @Test
    void aDryRunPrintsTheCallsOfAnEmptyProjectAndMakesNone() throws Exception {
        Sandbox cloud = new Sandbox(folder);
        cloud.script("setup", GITHUB);
        List<String> real =
                cloud.calls().stream()
                        .distinct()
                        .map(call -> call.replace("172.16.0.0/28", "CONTROL_PLANE"))
                        .toList();

        Run run =
                cloud.script(
                        "setup",
                        "--project",
                        "my-project",
                        "--github",
                        "me/my-function",
                        "--dry-run");

        assertThat(run.exit()).isZero();
        assertThat(cloud.calls()).isEmpty();
        assertThat(shown(run, cloud))
                // Changes to an existing cluster, trigger or account.
                .filteredOn(command -> !command.matches(OF_OLD_ONES))
                .isEqualTo(real);
    }

    @Test
    void teardownDeletesWhatSetupMade() throws Exception {
        Sandbox cloud = complete();

        Run run = cloud.script("teardown", "--project", "my-project", "--yes");

        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(cloud.calls()).isEqualTo(recorded("teardown.txt"));
        assertThat(folder.resolve("roles")).content().doesNotContain("projects get");
        assertThat(cloud.state().keySet()).noneMatch(name -> name.matches(COSTS));
    }

    @Test
    void teardownOfNothingOnlyLooks() throws Exception {
        Sandbox cloud = new Sandbox(folder);

        Run run = cloud.script("teardown", "--project", "my-project", "--yes");

        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(changed(cloud)).isEmpty();
    }

    @Test
    void teardownAsksFirst() throws Exception {
        Sandbox cloud = complete();

        Run run = cloud.script("teardown", "--project", "my-project");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.output()).contains("teardown --yes");
        assertThat(changed(cloud)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "setup,    --zone,           --zone has no value",
        "setup,    --nonsense,       --nonsense is not an option",
        "setup,    --zone=brazil,    --zone=brazil is not an option",
        "setup,    --max-nodes,      --max-nodes has no value",
        "teardown, --project,        --project has no value"
    })
    void aWrongCommandLineIsRefused(String script, String option, String message) throws Exception {
        Sandbox cloud = new Sandbox(folder);

        Run run = cloud.script(script, option);

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.output()).startsWith("error: " + message).contains("--help");
        assertThat(cloud.calls()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "--zone,   brazil,     brazil is not a zone",
        "--github, repository, repository is not a GitHub repository",
        "--scan,   LOW,        LOW is not a severity",
        "--name,   My_Model,   My_Model cannot be the name of a namespace",
        "--name,   model-,     model- cannot be the name of a namespace",
        "--name,   a-name-of-25-characters-2, a-name-of-25-characters-2 cannot be the name of"
    })
    void aWrongValueIsRefused(String option, String value, String message) throws Exception {
        Run run = new Sandbox(folder).script("setup", "--project", "my-project", option, value);

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.output()).startsWith("error: " + message);
    }

    /** The changes since the last time, without the calls that change nothing when repeated. */
    static List<String> changed(Sandbox cloud) throws IOException {
        return cloud.calls().stream()
                .filter(call -> call.matches(CHANGE))
                .filter(call -> !call.matches(".* (get-credentials|wait) .*"))
                .toList();
    }

    private Sandbox complete() throws Exception {
        return Sandbox.like(complete, folder);
    }

    /** The commands of a dry run in the form of the records: without prefix and quotes. */
    private static List<String> shown(Run run, Sandbox cloud) {
        return run.output()
                .lines()
                .filter(line -> line.startsWith("? ") || line.startsWith("! "))
                .map(line -> line.substring(2).replace("'", ""))
                .map(line -> line.replace(cloud.copy().toString(), "ROOT"))
                .distinct()
                .toList();
    }

    private static List<String> recorded(String file) throws IOException {
        return Files.readAllLines(RECORDED.resolve(file));
    }
}
