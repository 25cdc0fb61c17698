package dev.onnxfunction.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onnxfunction.testing.OnnxGraph;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** Other threads end calls of a model that would not end by themselves; the model stays usable. */
@Timeout(300)
class TaskTest {

    private static final double FOR_EVER = 1e15;

    @TempDir private Path folder;

    private OnnxModel model;

    @BeforeEach
    void load() {
        Path file = OnnxGraph.counting().write(folder);
        model = OnnxModel.load(file);
    }

    @Test
    void aDeadlineEndsACall() {
        Task task = Task.until(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50));

        assertThatThrownBy(() -> predict(FOR_EVER, task))
                .isInstanceOfSatisfying(
                        EndedException.class,
                        ended -> assertThat(ended.reason()).isEqualTo(EndedException.Reason.LATE));
        assertThat(predict(5, Task.unlimited())).as("the same batch").isEqualTo(10);
        model.close();
    }

    @Test
    void whoNoLongerWaitsForItEndsACall() {
        Task task = Task.unlimited();
        CompletableFuture<Double> running = start(task);

        task.end(EndedException.Reason.CANCELLED);

        assertEnded(running, EndedException.Reason.CANCELLED);
        assertThatThrownBy(() -> predict(1, task)).isInstanceOf(EndedException.class);
        assertThat(predict(1, Task.unlimited())).isEqualTo(2);
        model.close();
    }

    @Test
    void aModelThatIsClosedEndsItsCallsAndTakesNoMore() {
        CompletableFuture<Double> one = start(Task.unlimited());
        CompletableFuture<Double> other = start(Task.unlimited());

        model.close();

        assertEnded(one, EndedException.Reason.STOPPED);
        assertEnded(other, EndedException.Reason.STOPPED);
        assertThat(OnnxRuntime.isAbandoned()).isFalse();
        assertThatThrownBy(() -> predict(1, Task.unlimited()))
                .isInstanceOf(EndedException.class)
                .hasMessage("The model is closed.");
        model.close();
    }

    /** Starts a call, and returns when it is running. */
    private CompletableFuture<Double> start(Task task) {
        CompletableFuture<Double> call =
                CompletableFuture.supplyAsync(
                        () -> predict(FOR_EVER, task), r -> new Thread(r).start());
        while (!task.isRunning() && !call.isDone()) {
            Thread.onSpinWait();
        }
        return call;
    }

    private static void assertEnded(CompletableFuture<Double> call, EndedException.Reason reason) {
        assertThatThrownBy(call::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        EndedException.class,
                        ended -> assertThat(ended.reason()).isEqualTo(reason));
    }

    private double predict(double x, Task task) {
        try (Batch batch = model.batch(task)) {
            batch.addRow();
            batch.columns().getFirst().put(batch, x);
            model.run(batch, 0, 1);
            return batch.prediction(0);
        }
    }
}
