package dev.onnxfunction.gke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.gke.Sandbox.Run;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The plan decides what a push needs from its files and from the image that was deployed last. */
@Tag("slow")
class PlanTest {

    private static final String PLAN = Sandbox.ROOT.resolve("knative/gke/pipeline/plan").toString();
    private static final Path TRAINING = Path.of("training-notebook-export");
    private static final String DATA = "training-notebook-export/boston.csv";
    private static final String NOTEBOOK = "training-notebook-export/boston.ipynb";
    private static final String MODEL = "training-notebook-export/model/model.onnx";

    @TempDir private Path folder;
    private Git repository;
    private Sandbox machine;

    @BeforeEach
    void start() throws Exception {
        machine = new Sandbox(Files.createDirectory(folder.resolve("machine")));
        repository = Git.init(machine, Files.createDirectory(folder.resolve("repository")));
        repository.commit(1_000, DATA, NOTEBOOK, MODEL, "function/Function.java");
        train();
        repository.commit(1_000, "README.md");
    }

    @ParameterizedTest
    @CsvSource({
        "training-notebook-export/boston.csv,             model, yes",
        "training-notebook-export/model/model.onnx,       model, no",
        "training-notebook-export/model/evaluation.csv,   model, no",
        "training-notebook-export/boston.ipynb,           all,   yes",
        "training-notebook-export/boston.csv.md,          all,   no",
        "function/Function.java,                          all,   no",
        "cloudbuild.yaml,                                 all,   no",
    })
    void oneChangedFile(String file, String verify, String train) throws Exception {
        deploy();
        repository.commit(2_000, file);

        assertPlan(verify, train);
    }

    @Test
    void newDataWithTheModelTrainedFromItShipsThatModel() throws Exception {
        deploy();
        repository.commit(2_000, DATA, MODEL);
        train();
        repository.commit(2_000, DATA.replace("boston.csv", "model/parity.json"));

        assertPlan("model", "no");
    }

    @Test
    void aModelFromElsewhereIsNeverReplaced() throws Exception {
        repository.commit(2_000, MODEL);
        repository.commit(3_000, DATA);

        assertThat(assertPlan("all", "no")).contains("does not come from 'run.py train'");
    }

    @Test
    void aModelWithoutSumsIsNeverReplaced() throws Exception {
        Files.delete(repository.folder().resolve(TRAINING).resolve("model/SHA256SUMS"));
        repository.commit(2_000, DATA);

        assertPlan("all", "no");
    }

    @Test
    void severalPushesSinceTheLastDeploymentCountTogether() throws Exception {
        deploy();
        repository.commit(2_000, "function/Function.java");
        repository.commit(3_000, DATA);

        assertPlan("all", "yes");
    }

    @Test
    void theSameCommitAgainIsNotTestedAgain() throws Exception {
        deploy();

        assertPlan("model", "no");
    }

    @Test
    void theFirstPushOfAllIsTested() throws Exception {
        assertPlan("all", "no");
    }

    @Test
    void anImageWithoutAFingerprintIsNoReasonToSkip() throws Exception {
        machine.with("deployed", "");

        assertPlan("all", "no");
    }

    /** A private repository: a build has no history and cannot fetch it. */
    @ParameterizedTest
    @CsvSource({
        "training-notebook-export/boston.csv,       model, yes",
        "training-notebook-export/model/model.onnx, model, no",
        "function/Function.java,                    all,   no",
    })
    void aShallowCloneWhoseOriginWantsCredentialsDecidesTheSame(
            String file, String verify, String train) throws Exception {
        deploy();
        repository.commit(2_000, file);
        repository = repository.shallowClone(folder.resolve("clone"));
        repository.git("remote", "set-url", "origin", "https://127.0.0.1:1/private.git");

        String output = assertPlan(verify, train);

        assertThat(output).doesNotContain("fatal:");
    }

    @Test
    void withoutAnyGitTheSameModelShipsAndEverythingIsTested() throws Exception {
        deploy();
        repository.commit(2_000, DATA);
        Files.move(repository.folder().resolve(".git"), folder.resolve("gone"));

        assertPlan("all", "yes");
    }

    @Test
    void theCardsTimeIsThatOfTheCommit() throws Exception {
        repository.commit(2_000, DATA);

        assertPlan("all", "yes");

        assertThat(repository.folder().resolve("target/pipeline/epoch")).hasContent("2000");
    }

    /** Writes the files that {@code run.py train} writes beside the model. */
    private void train() throws Exception {
        Path training = repository.folder().resolve(TRAINING);
        Run sums =
                machine.run(
                        training,
                        Map.of(),
                        List.of("sha256sum", "boston.csv", "boston.ipynb", "model/model.onnx"));
        Files.writeString(training.resolve("model/SHA256SUMS"), sums.output());
    }

    /** Deploys the image of this commit, with the label that the plan writes. */
    private void deploy() throws Exception {
        plan();
        machine.with(
                "deployed", Files.readString(repository.folder().resolve("target/pipeline/code")));
    }

    private String assertPlan(String verify, String train) throws Exception {
        String output = plan();
        assertThat(output).contains("verify " + verify + ": ", "train " + train + ": ");
        Path written = repository.folder().resolve("target/pipeline");
        assertThat(written.resolve("verify")).hasContent(verify);
        assertThat(written.resolve("train")).hasContent(train);
        return output;
    }

    private String plan() throws Exception {
        Run run =
                machine.run(
                        repository.folder(),
                        Map.of("IMAGE", "registry.example/function"),
                        List.of("sh", PLAN));
        assertThat(run.exit()).as(run.output()).isZero();
        return run.output();
    }
}
