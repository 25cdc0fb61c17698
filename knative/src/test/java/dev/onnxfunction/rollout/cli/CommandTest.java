package dev.onnxfunction.rollout.cli;

import static dev.onnxfunction.rollout.cli.Terminal.FIRST;
import static dev.onnxfunction.rollout.cli.Terminal.SECOND;
import static dev.onnxfunction.rollout.cli.Terminal.SERVICE;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.cluster.LiveCluster;
import dev.onnxfunction.rollout.testing.FakeIngress.FakeFunction;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The commands as a user types them, with the real gates, against a fake cluster. */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
@Tag("slow")
class CommandTest {

    private Terminal terminal;
    private LiveCluster cluster;

    @TempDir private Path folder;

    @BeforeEach
    void start() throws IOException {
        terminal = new Terminal(folder);
        cluster = terminal.cluster();
    }

    @AfterEach
    void stop() {
        terminal.close();
    }

    /** picocli prints a warning for a text with a single percent sign. */
    @Test
    void eachHelpTextIsAFormat() {
        assertThat(RolloutCommand.commandLine().getSubcommands().values())
                .flatMap(command -> command.getCommandSpec().options())
                .map(option -> (AnnotatedElement) option.userObject())
                .flatMap(field -> List.of(field.getAnnotation(Option.class).description()))
                .isNotEmpty()
                .allSatisfy(text -> assertThat(String.format(text)).isNotEmpty());
    }

    @Test
    void fromNothingToTheSecondRevisionAndBack() {
        assertThat(deploy(FIRST)).as(terminal.said()).isZero();
        assertThat(cluster.routed(SERVICE)).isEqualTo(Map.of(SERVICE + "-11111111", 100));

        terminal.serve("candidate-", "m@2");
        assertThat(deploy(SECOND, "--model", "m@2")).as(terminal.said()).isZero();
        assertThat(cluster.routed(SERVICE))
                .isEqualTo(Map.of(SERVICE + "-2", 100, SERVICE + "-11111111", 0));

        assertThat(run("rollback", SERVICE)).as(terminal.said()).isZero();
        assertThat(cluster.routed(SERVICE))
                .isEqualTo(Map.of(SERVICE + "-11111111", 100, SERVICE + "-2", 0));

        assertThat(run("status", SERVICE)).as(terminal.said()).isZero();
        assertThat(terminal.said())
                .contains("100 %  onnx-function-11111111                   live       ready")
                .contains("  0 %  onnx-function-2                          previous   ready")
                .contains("live: http://live-onnx-function.models.example.com");
    }

    @Test
    void aWrongModelIsRefusedWithItsTable() {
        deploy(FIRST);

        assertThat(deploy(SECOND, "--model", "m@2")).as(terminal.said()).isEqualTo(4);

        assertThat(terminal.said())
                .contains("It serves m@1 where m@2 was meant")
                .contains("FAILED");
        assertThat(cluster.routed(SERVICE))
                .isEqualTo(Map.of(SERVICE + "-11111111", 100, SERVICE + "-2", 0));
    }

    @Test
    void aRolloutThatTakesLongerThanItsLimitGoesBack() {
        deploy(FIRST);

        assertThat(deploy(SECOND, "--bake", "1h", "--time-limit", "1s"))
                .as(terminal.said())
                .isEqualTo(4);

        assertThat(terminal.said()).contains("It took longer than 1 s.");
        assertThat(cluster.routed(SERVICE)).containsEntry(SERVICE + "-11111111", 100);
    }

    @Test
    void anEvaluationThatLiveDoesNotTakeIsRefusedBeforeAnythingIsWritten() throws IOException {
        deploy(FIRST);
        int writes = cluster.writes();

        Files.writeString(terminal.evaluation(), "x,y\n1,2\ntwo,4\n3,7\n");
        assertThat(deploy(SECOND)).as(terminal.said()).isEqualTo(3);
        assertThat(terminal.said()).contains("rows.csv, row 2, column 'x': 'two' is not a number.");

        Files.writeString(terminal.evaluation(), "x,z\n1,2\n2,4\n3,7\n");
        assertThat(deploy(SECOND)).as(terminal.said()).isEqualTo(3);
        assertThat(terminal.said()).contains("rows.csv has no column 'y', but x, z.");

        terminal.ingress()
                .serve(
                        "live-",
                        FakeFunction.of("m@1", _ -> 0)
                                .trainedOn("{\"columns\": [\"x\"], \"bits\": 7}"));
        Files.writeString(terminal.evaluation(), "x,y\n1,2\n2,4\n3,7\n");
        assertThat(deploy(SECOND)).as(terminal.said()).isEqualTo(3);
        assertThat(terminal.said())
                .contains("The fingerprint of the live model's training rows is damaged");

        assertThat(cluster.writes()).isEqualTo(writes);
    }

    @Test
    void limitsOutOfRangeAreRefused() {
        for (List<String> limit :
                List.of(
                        List.of("--max-rmse-ratio", "-1"),
                        List.of("--max-group-ratio", "0"),
                        List.of("--max-shift", "NaN"),
                        List.of("--max-probe-distance", "-1"),
                        List.of("--tolerance", "-1"),
                        List.of("--max-memory", "0%"),
                        List.of("--groups", "x,nothing"))) {
            terminal.clear();

            assertThat(deploy(FIRST, limit.toArray(String[]::new)))
                    .as(terminal.said())
                    .isEqualTo(3);

            assertThat(terminal.said()).contains(limit.getFirst());
        }
        assertThat(cluster.exists(SERVICE)).isFalse();
    }

    @Test
    void theSameAgainDoesNothing() {
        deploy(FIRST);
        terminal.clear();

        assertThat(deploy(FIRST)).isZero();

        assertThat(terminal.said()).contains("there is nothing to do");
    }

    @Test
    void otherSettingsWithTheSameImageAreAnotherRevision() throws IOException {
        deploy(FIRST);
        Path manifest = folder.resolve("service.yaml");
        Files.writeString(
                manifest,
                Files.readString(Path.of("base", "service.yaml"))
                        .replace("containerConcurrency: 64", "containerConcurrency: 32"));

        assertThat(run(terminal.deploying(manifest.toString(), FIRST)))
                .as(terminal.said())
                .isZero();

        assertThat(cluster.routed(SERVICE)).containsEntry(SERVICE + "-11111111-2", 100);
    }

    @Test
    void withoutAManifestTheSettingsOfTheLiveRevisionStay() {
        deploy(FIRST);

        List<String> arguments = terminal.deploying("", SECOND);
        arguments.removeAll(List.of("-f", ""));
        arguments.add(SERVICE);
        assertThat(run(arguments)).as(terminal.said()).isZero();

        assertThat(cluster.routed(SERVICE)).containsEntry(SERVICE + "-22222222", 100);
        assertThat(cluster.concurrency(SERVICE + "-22222222")).isEqualTo(64);
    }

    @Test
    void dryRunsWriteNothing() {
        assertThat(deploy(FIRST, "--dry-run")).as(terminal.said()).isZero();
        assertThat(cluster.exists(SERVICE)).isFalse();

        deploy(FIRST);
        int writes = cluster.writes();
        terminal.clear();
        assertThat(deploy(SECOND, "--dry-run")).as(terminal.said()).isZero();
        assertThat(run("abort", SERVICE, "--dry-run")).as(terminal.said()).isZero();
        assertThat(run("rollback", SERVICE, "--dry-run")).as(terminal.said()).isEqualTo(3);
        assertThat(run("promote", SERVICE, "--dry-run")).as(terminal.said()).isZero();

        assertThat(cluster.writes()).isEqualTo(writes);
        assertThat(terminal.said())
                .contains("This is a dry run")
                .contains("50 % ████████████████████···················· onnx-function-22222222")
                .contains("onnx-function-22222222 is live now.");
    }

    @Test
    void whatIsNotUnderstoodIsRefused() {
        assertThat(deploy("example.com/f:latest")).isEqualTo(3);
        assertThat(terminal.said()).contains("The image 'example.com/f:latest' has no digest");

        assertThat(run("status", "nothing")).isEqualTo(3);
        assertThat(run("status", SERVICE, "--dry-run")).as("writes nothing anyway").isEqualTo(2);
        assertThat(run("deploy", "--image", FIRST)).isEqualTo(3);
        assertThat(run("deploy", SERVICE, "--image", FIRST)).isEqualTo(3);
        assertThat(run("deploy")).isEqualTo(2);
        assertThat(run("deploy", "--image", FIRST, "--plan", "50,10")).isEqualTo(3);
        assertThat(run("deploy", "--image", FIRST, "--hold", "soon")).isEqualTo(2);
    }

    /** One cluster for all cases, because starting it takes longer than a refusal. */
    private static List<List<String>> mistakes() {
        return List.of(
                List.of("--max-shift", "NaN"),
                List.of("--max-rmse-ratio", "-1"),
                List.of("--max-p99-ratio", "Infinity"),
                List.of("--tolerance", "1e-9"),
                List.of("--target", "y"),
                List.of("--requests", "99"),
                List.of("--requests", "100000000"),
                List.of("--keep", "-1"),
                List.of("--plan", "1,101,100"),
                List.of("--deadline", "0s"),
                List.of("--via", ""),
                List.of("--via", "http://localhost:80"),
                List.of("--via", "localhost:99999"),
                List.of("--header-env", "Authorization=NOT_SET_ANYWHERE"),
                List.of("--header-env", "Host=PATH"),
                List.of("--header-env", "No Header=PATH"),
                List.of("--rollout-key-env", "NOT_SET_ANYWHERE"),
                List.of("--shadow", "100"), // Without a key.
                List.of("--shadow", "0"),
                List.of("--shadow", "ten"),
                List.of("--shadow", "100001"),
                List.of("--model", "without-version"),
                List.of("--parity", "missing.json"),
                List.of("--parity", "src"),
                List.of("--evaluation", "missing.csv"),
                List.of("-f", "src"),
                List.of("-f", "demo/better.onnx"),
                List.of("--namespace", "No Namespace"),
                List.of("--context", "nowhere"),
                List.of("--image", "example.com/f:latest"),
                List.of("--image", ""));
    }

    @Test
    void aMistakeIsRefusedInASentence() {
        for (List<String> options : mistakes()) {
            terminal.clear();
            int exit = run(deploying(options));

            assertThat(exit).as("%s: %s", options, terminal.said()).isEqualTo(3);
            assertThat(terminal.said()).hasLineCount(1).doesNotContain("Exception");
        }
        assertThat(cluster.calls()).isZero();
    }

    private static List<String> deploying(List<String> options) {
        List<String> arguments = new ArrayList<>(List.of("deploy", SERVICE));
        arguments.addAll(options);
        if (!options.contains("--image")) {
            arguments.addAll(List.of("--image", FIRST));
        }
        return arguments;
    }

    @Test
    void aWrongWordIsRefusedWithTheUsage() {
        for (String option :
                List.of(
                        "--max-error-rate=101%",
                        "--max-error-rate=NaN",
                        "--live-deadline=-1s",
                        "--hold=5",
                        "--plan=",
                        "--keep=x",
                        "--header-env=X",
                        "--unknown")) {
            terminal.clear();
            int exit = run("deploy", SERVICE, "--image", FIRST, option);

            assertThat(exit).as(option).isEqualTo(2);
            assertThat(terminal.said())
                    .contains("Usage: rollout deploy")
                    .doesNotContain("Exception");
        }
        assertThat(cluster.calls()).isZero();
    }

    @Test
    void aFirstDeploymentWaitsForAKeyInsteadOfBeingDeleted() {
        terminal.ingress()
                .serve(
                        "candidate-",
                        FakeFunction.of("m@1", row -> 2 * row.path("x").doubleValue())
                                .answering(401));

        assertThat(deploy(FIRST)).as(terminal.said()).isEqualTo(3);

        assertThat(terminal.said())
                .contains("answers 401")
                .contains("--header-env Authorization=VARIABLE");
        assertThat(cluster.exists(SERVICE)).isTrue();

        terminal.serve("candidate-", "m@1");
        assertThat(deploy(FIRST)).as(terminal.said()).isZero();
    }

    /** PATH is a variable that every environment has. */
    @Test
    void withTheRolloutKeyEveryRequestOfTheGatesHasIt() {
        assertThat(deploy(FIRST)).as(terminal.said()).isZero();
        assertThat(terminal.said())
                .containsOnlyOnce("The gates' requests count as those of clients");
        assertThat(terminal.ingress().rolloutKeys()).containsOnly("");

        terminal.clear();
        terminal.serve("candidate-", "m@2");
        assertThat(deploy(SECOND, "--rollout-key-env", "PATH")).as(terminal.said()).isZero();
        assertThat(terminal.said())
                .contains("does not know the rollout key")
                .doesNotContain(System.getenv("PATH"));
        assertThat(terminal.ingress().rolloutKeys()).containsOnly(System.getenv("PATH"));
    }

    @Test
    void aPublicServiceIsNotMadePrivateByTheWay() {
        deploy(FIRST);
        cluster.makePublic(SERVICE);

        assertThat(deploy(SECOND)).isEqualTo(3);
        assertThat(terminal.said())
                .contains("The manifest is cluster-local")
                .contains("kubectl label ksvc");
    }

    private int deploy(String image, String... more) {
        String manifest = Path.of("base", "service.yaml").toString();
        List<String> arguments = terminal.deploying(manifest, image);
        arguments.addAll(List.of(more));
        return run(arguments);
    }

    private int run(String... arguments) {
        return run(List.of(arguments));
    }

    private int run(List<String> arguments) {
        return terminal.run(arguments, System.getenv());
    }
}
