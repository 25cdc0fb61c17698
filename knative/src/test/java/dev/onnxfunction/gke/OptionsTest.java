package dev.onnxfunction.gke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.gke.Sandbox.Run;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** Setup with other options changes what they affect, and nothing that it did not create. */
@Tag("slow")
class OptionsTest extends AfterSetup {

    private static final String OURS = "Made by knative/gke/setup for onnx-function";
    private static final String TRIGGER =
            "onnx-function,,me,my-function,^main$,ml-cluster,southamerica-east1-b,"
                    + "southamerica-east1,onnx-function,base,"
                    + OURS;

    @ParameterizedTest
    @CsvSource({
        "--branch release,       '^main$', '^release$'",
        "--github you/other,     'me,my-function', 'you,other'",
        "--approval,             'onnx-function,,me', 'onnx-function,True,me'",
        "--public,               'onnx-function,base,', 'onnx-function,keys,'",
        "--domain a.example.org, 'onnx-function,base,', 'onnx-function,keys,'",
    })
    void theTriggerSaysWhatWasAskedForLast(String option, String before, String after)
            throws Exception {
        setup(option.split(" "));
        assertThat(trigger()).isEqualTo(TRIGGER.replace(before, after));

        setup();
        assertThat(trigger()).isEqualTo(TRIGGER.replace(before, after));
    }

    @Test
    void aTriggerThatWasChangedByHandIsPutRight() throws Exception {
        cloud.with("trigger-onnx-function", TRIGGER.replace(",onnx-function,base", ",other,base"));

        setup();

        assertThat(trigger()).isEqualTo(TRIGGER);
    }

    @Test
    void theTriggerOfPullRequestsFollowsAndItsAccountMayOnlyLog() throws Exception {
        setup("--branch", "release");

        assertThat(folder.resolve("trigger-onnx-function-check"))
                .hasContent("onnx-function-check,me,my-function,^release$," + OURS);
        assertThat(Files.readAllLines(folder.resolve("roles")))
                .filteredOn(role -> role.contains("onnx-function-check@"))
                .singleElement()
                .asString()
                .endsWith(" roles/logging.logWriter");
    }

    @Test
    void anotherClusterIsDeployedToWhenItIsNamedAndOnlyThen() throws Exception {
        setup("--cluster", "second");
        assertThat(trigger()).contains(",second,southamerica-east1-b,");
        cloud.calls();

        setup("--public");

        assertThat(trigger()).contains(",second,southamerica-east1-b,");
        assertThat(cloud.calls())
                .noneMatch(call -> call.contains("clusters create"))
                .noneMatch(call -> call.contains("ml-cluster"));
    }

    @ParameterizedTest
    @CsvSource({
        "'prod,southamerica-east1-c,,',    There is a cluster prod in southamerica-east1-c",
        "'prod,southamerica-east1,,',      There is a cluster prod in southamerica-east1",
        "'prod,southamerica-east1-b,True,', prod is an Autopilot cluster",
    })
    void aClusterThatItCannotUseIsRefusedBeforeAnythingIsMade(String found, String reason)
            throws Exception {
        cloud.with("cluster-prod", found);
        cloud.calls();

        Run run = run("setup", "--cluster", "prod");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.output()).contains("error: " + reason);
        assertThat(SetupTest.changed(cloud)).isEmpty();
    }

    @Test
    void aRegionalClusterIsUsedWhereItIs() throws Exception {
        cloud.with("cluster-prod", "prod,southamerica-east1,,onnx-function");

        setup("--cluster", "prod", "--zone", "southamerica-east1");

        assertThat(trigger()).contains(",prod,southamerica-east1,southamerica-east1,");
    }

    @Test
    void aForeignClusterIsNotChangedWithoutAdopt() throws Exception {
        cloud.with("cluster-prod", "prod,southamerica-east1-b,,")
                .with("serving", "")
                .with("config-network", "istio.ingress.networking.knative.dev")
                .with("type", "LoadBalancer");
        cloud.calls();

        Run refused = run("setup", "--cluster", "prod");

        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.output()).contains("Knative Serving 1.23.0: is missing in cluster prod");
        assertThat(SetupTest.changed(cloud)).isEmpty();

        cloud.with("knative", "namespace/knative-serving");
        Run other = run("setup", "--cluster", "prod");
        assertThat(other.output()).contains("Knative uses Kourier: is missing in cluster prod");
        assertThat(SetupTest.changed(cloud)).isEmpty();
        assertThat(folder.resolve("type")).hasContent("LoadBalancer");

        setup("--cluster", "prod", "--adopt");
        assertThat(folder.resolve("config-network")).content().startsWith("kourier");
        assertThat(folder.resolve("cluster-prod")).hasContent("prod,southamerica-east1-b,,");
    }

    @Test
    void teardownLeavesAForeignClusterAndListsIt() throws Exception {
        cloud.with("cluster-prod", "prod,southamerica-east1-b,,");
        setup("--cluster", "prod", "--adopt");
        cloud.calls();

        Run run = run("teardown", "--yes");

        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(folder.resolve("cluster-prod")).exists();
        assertThat(folder.resolve("namespace")).doesNotExist();
        assertThat(cloud.calls()).noneMatch(call -> call.contains("clusters delete"));
        assertThat(run.output().substring(run.output().indexOf("What stays")))
                .contains("Cluster prod in southamerica-east1-b")
                .contains("in cluster prod: Knative and Kourier");
    }

    @ParameterizedTest
    @CsvSource({
        "repository, 'onnx-function,',     Repository of images",
        "address,    '203.0.113.7,theirs', Public address",
        "trigger-onnx-function, 'onnx-function,,you,theirs,^release$,,,,,,', Trigger",
    })
    void aThingOfSomebodyElseStays(String file, String content, String what) throws Exception {
        cloud.with(file, content);

        Run refused = run("setup", "--public");
        Run teardown = run("teardown", "--yes", "--cluster", "ml-cluster");

        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.output())
                .contains("error: " + what + ": exists, but setup did not create it");
        assertThat(teardown.exit()).as(teardown.output()).isZero();
        assertThat(folder.resolve(file)).hasContent(content);
        assertThat(teardown.output().substring(teardown.output().indexOf("What stays")))
                .contains(what);
    }

    @Test
    void anInterruptedTeardownGoesOnWithTheSameCluster() throws Exception {
        setup("--cluster", "second");
        cloud.with("failing", "service-accounts delete");
        assertThat(run("teardown", "--yes").exit()).isEqualTo(1);
        cloud.with("failing", "").calls();

        Run run = run("teardown", "--yes");

        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(cloud.calls()).anyMatch(call -> call.contains("--filter=name~^second$ "));
        assertThat(folder.resolve("trigger-onnx-function")).doesNotExist();
    }

    @Test
    void theAccountOfTheBuildsLosesTheRoleOverAllClusters() throws Exception {
        String account = "serviceAccount:onnx-function-build@my-project.iam.gserviceaccount.com";
        String roles = Files.readString(folder.resolve("roles"));
        cloud.with(
                "roles",
                roles + "projects get-iam-policy " + account + " roles/container.developer\n");

        setup();

        assertThat(folder.resolve("roles"))
                .content()
                .doesNotContain("container.developer")
                .contains(account + " roles/container.clusterViewer");
    }

    @Test
    void scansAreTurnedOnByOneLineStayOnAndAreTurnedOffByAnother() throws Exception {
        setup("--scan", "HIGH");
        assertThat(folder.resolve("scan")).hasContent("HIGH");
        assertThat(folder.resolve("apis")).content().contains("ondemandscanning");
        assertThat(folder.resolve("roles"))
                .content()
                .containsPattern("onnx-function-build@\\S+ roles/ondemandscanning.admin");

        cloud.calls();
        setup();
        setup("--scan", "HIGH");
        assertThat(SetupTest.changed(cloud)).isEmpty();

        setup("--scan", "off");
        assertThat(folder.resolve("scan")).content().isBlank();
    }

    @Test
    void withoutATriggerNothingCanScan() throws Exception {
        cloud = new Sandbox(folder.resolve("other"));
        Files.createDirectories(folder.resolve("other"));

        Run run = run("setup", "--scan", "HIGH");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.output()).contains("error: There is no trigger whose builds could scan");
        assertThat(cloud.calls()).noneMatch(call -> call.contains(" create "));
    }

    private String trigger() throws Exception {
        return Files.readString(folder.resolve("trigger-onnx-function")).strip();
    }

    private void setup(String... options) throws Exception {
        Run run = run("setup", options);
        assertThat(run.exit()).as(run.output()).isZero();
    }

    private Run run(String script, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of("--project", "my-project"));
        all.addAll(List.of(options));
        return cloud.script(script, all.toArray(String[]::new));
    }
}
