package dev.onnxfunction.gke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.gke.Sandbox.Run;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a push needs is decided from what changed since the image that was deployed last. */
class PlanTest {

    private static final String PLAN = Sandbox.ROOT.resolve("knative/gke/pipeline/plan").toString();
    private static final String DATA = "training-notebook-export/boston.csv";
    private static final String MODEL = "training-notebook-export/model/model.onnx";

    @TempDir private Path folder;
    private Git repository;
    private Sandbox machine;

    @BeforeEach
    void start() throws Exception {
        machine = new Sandbox(Files.createDirectory(folder.resolve("machine")));
        repository = Git.init(machine, Files.createDirectory(folder.resolve("repository")));
        repository.commit(1_000, DATA, MODEL, "function/Function.java");
    }

    @ParameterizedTest
    @CsvSource({
        "training-notebook-export/boston.csv,             model, yes",
        "training-notebook-export/model/model.onnx,       model, no",
        "training-notebook-export/boston.ipynb,           all,   yes",
        "training-notebook-export/training/linear.py,     all,   yes",
        "training-notebook-export/requirements.txt,       all,   yes",
        "training-notebook-export/boston.csv.md,          all,   yes",
        "function/Function.java,                          all,   yes",
        "knative/service.yaml,                            all,   yes",
        "cloudbuild.yaml,                                 all,   yes",
    })
    void oneChangedFile(String file, String verify, String train) throws Exception {
        machine.with("deployed", repository.head());
        repository.commit(2_000, file);

        assertPlan(verify, train);
    }

    @Test
    void newDataWithTheModelTrainedFromItIsTrainedAgain() throws Exception {
        machine.with("deployed", repository.head());
        repository.commit(2_000, DATA, MODEL);

        assertPlan("model", "yes");
    }

    @Test
    void aModelCommittedAfterTheDataShipsAsItIs() throws Exception {
        machine.with("deployed", repository.head());
        repository.commit(2_000, DATA);
        repository.commit(3_000, MODEL);
        repository.commit(4_000, "function/Function.java");

        assertPlan("all", "no");
    }

    @Test
    void severalPushesSinceTheLastDeploymentCountTogether() throws Exception {
        machine.with("deployed", repository.head());
        repository.commit(2_000, "function/Function.java");
        repository.commit(3_000, DATA);

        assertPlan("all", "yes");
    }

    @Test
    void theSameCommitAgainIsNotTestedAgain() throws Exception {
        machine.with("deployed", repository.head());

        assertPlan("model", "yes");
    }

    @Test
    void theFirstPushOfAllIsTested() throws Exception {
        assertPlan("all", "yes");
    }

    @Test
    void anImageWithoutACommitIsNoReasonToSkip() throws Exception {
        machine.with("deployed", "");

        assertPlan("all", "yes");
    }

    @Test
    void aCommitThatWasRewrittenIsNoReasonToSkip() throws Exception {
        machine.with("deployed", "0123456789012345678901234567890123456789");

        assertPlan("all", "yes");
    }

    @Test
    void theCommitOfAnotherBranchIsNoReasonToSkip() throws Exception {
        repository.git("checkout", "--quiet", "-b", "other");
        repository.commit(2_000, DATA);
        machine.with("deployed", repository.head());
        repository.git("checkout", "--quiet", "main");

        assertPlan("all", "yes");
    }

    @Test
    void aShallowCloneFetchesItsHistory() throws Exception {
        machine.with("deployed", repository.head());
        repository.commit(2_000, MODEL);
        repository = repository.shallowClone(folder.resolve("clone"));

        assertPlan("model", "no");
    }

    @Test
    void theCardsTimeIsThatOfTheNewestInput() throws Exception {
        repository.commit(2_000, DATA);
        repository.commit(3_000, "function/Function.java");

        assertPlan("all", "yes");

        assertThat(repository.folder().resolve("target/pipeline/epoch")).hasContent("2000");
    }

    private void assertPlan(String verify, String train) throws Exception {
        Run run =
                machine.run(
                        repository.folder(),
                        Map.of("IMAGE", "registry.example/function"),
                        List.of("sh", PLAN));

        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(run.output()).contains("verify " + verify + ": ", "train " + train + ": ");
        Path written = repository.folder().resolve("target/pipeline");
        assertThat(written.resolve("verify")).hasContent(verify);
        assertThat(written.resolve("train")).hasContent(train);
    }
}
