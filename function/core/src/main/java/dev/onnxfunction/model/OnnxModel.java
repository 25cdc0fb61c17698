package dev.onnxfunction.model;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

import dev.onnxfunction.card.Feature;
import dev.onnxfunction.card.FeatureType;
import dev.onnxfunction.card.ModelCard;
import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.settings.StartException;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Logger;

/**
 * A regression model in ONNX Runtime: its session, its card, and the batches that it runs.
 *
 * <p>Thread-safe: the session may run in many threads at once, and each {@link Batch} has its own
 * memory. Closing it ends the running calls, and leaves the session open if one of them does not
 * end, because the runtime would crash.
 */
public final class OnnxModel implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(OnnxModel.class.getName());

    /** Maximum nanoseconds for a cancelled call to end when the model is closed. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final String file;
    private final @Nullable ModelCard card;
    private final Signature signature;
    private final BatchPool batches;
    private final LatencyEstimator latency = new LatencyEstimator(System::nanoTime);

    /** Whether its time may depend on a row's values so that measurements do not bound it. */
    private final boolean loops;

    /** Whether the runtime reads and writes the memory of a batch in place, without copies. */
    private final boolean inPlace;

    /** Whether each row is a call of its own. */
    private volatile boolean rowByRow;

    private boolean closed;

    private OnnxModel(
            OrtEnvironment environment,
            OrtSession session,
            ModelFile file,
            boolean loops,
            @Nullable ModelCard card,
            Signature signature) {
        this.environment = environment;
        this.session = session;
        this.file = file.toString();
        this.loops = loops;
        this.card = card;
        this.signature = signature;
        this.batches = new BatchPool(signature);
        this.inPlace = signature.layout().isInPlace();
        this.rowByRow = signature.oneRowPerCall();
    }

    /**
     * Loads a model whose file declares all that is needed, and checks its whole contract.
     *
     * @throws StartException if it cannot be served; the message states what was found and what to
     *     do
     */
    public static OnnxModel load(Path file) {
        return load(new Settings.Model(file, List.of(), false, 1));
    }

    /**
     * Loads a model and checks its whole contract.
     *
     * @throws StartException if it cannot be served; the message states what was found and what to
     *     do
     */
    public static OnnxModel load(Settings.Model options) {
        ModelFile file = ModelFile.at(options.location());
        OrtEnvironment environment = OnnxRuntime.environment();
        OrtSession session = SessionLoader.load(environment, file, options);
        try {
            boolean loops = file.operators().loops();
            @Nullable ModelCard card = CardLoader.load(session, file);
            Signature signature =
                    SignatureReader.read(
                            file.toString(),
                            GraphReader.inputs(session, file),
                            GraphReader.outputs(session),
                            card,
                            options);
            OnnxModel model = new OnnxModel(environment, session, file, loops, card, signature);
            new DeadlineWatch(model.batches).start();
            return model;
        } catch (OrtException e) {
            OnnxRuntime.closeAfter(session, e);
            throw new StartException(
                    "The model " + file + " cannot be read: " + LoadFailure.reason(e) + ".",
                    "Export it again with tensors as inputs and outputs.",
                    e);
        } catch (RuntimeException e) {
            OnnxRuntime.closeAfter(session, e);
            throw e;
        }
    }

    /** The model card; null if the file has none. */
    public @Nullable ModelCard card() {
        return card;
    }

    /** The model's label: {@code name@version} of its card, otherwise its file. */
    @Override
    public String toString() {
        return card == null ? file : card.id();
    }

    /** The columns of the features, in the model's order. */
    public List<Column> columns() {
        return signature.columns();
    }

    /** The columns of each of the graph's inputs, by the input's name. */
    public Map<String, List<Column>> inputs() {
        Map<String, List<Column>> inputs = new LinkedHashMap<>();
        List<RowTensor> tensors = signature.layout().inputs();
        for (int i = 0; i < tensors.size(); i++) {
            int tensor = i;
            inputs.put(
                    tensors.get(i).name(),
                    columns().stream().filter(column -> column.tensor() == tensor).toList());
        }
        return inputs;
    }

    /** The features in the model's order. */
    public List<Feature> features() {
        return signature.columns().stream().map(Column::feature).toList();
    }

    /** Whether predictions have bounds. */
    public boolean hasInterval() {
        return signature.layout().hasInterval();
    }

    /** Returns an empty batch. Close it to return its memory. */
    public Batch batch() {
        return batch(Task.unlimited());
    }

    /** Returns an empty batch whose calls belong to a task. */
    public Batch batch(Task task) {
        return batches.lend(task);
    }

    /**
     * Runs some rows of a batch: in one call of the runtime, unless the model is run {@linkplain
     * #runRowByRow row by row}. The batch then holds the outputs, which may not be finite.
     *
     * @param from index of the first row
     * @param count number of rows, 0 or more
     * @throws RunException if the graph fails, or gives another number of predictions than rows
     * @throws StartException if the graph cannot run at all, which the first row shows
     * @throws EndedException if the batch's task was ended
     */
    public void run(Batch batch, int from, int count) {
        long before = System.nanoTime();
        try {
            int rowsPerCall = rowByRow ? 1 : count;
            for (int row = from; row < from + count; row += rowsPerCall) {
                call(batch, row, rowsPerCall);
            }
        } catch (OrtException e) {
            throw LoadFailure.isOfName(e)
                    ? LoadFailure.alteredName(file, e)
                    : new RunException(LoadFailure.reason(e), e);
        } finally {
            latency.record(count, System.nanoTime() - before);
        }
    }

    private void call(Batch batch, int from, int count) throws OrtException {
        if (from == 0 && inPlace) {
            call(batch, batch.firstRows(environment, count));
        } else {
            try (RowBinding rows = batch.bind(environment, from, count)) {
                call(batch, rows);
            }
        }
    }

    private void call(Batch batch, RowBinding rows) throws OrtException {
        RunHandle handle = batch.handle();
        Task task = batch.task();
        task.begin(handle);
        try {
            if (batches.isClosing()) { // Closing sees this call, or this call sees it.
                throw new EndedException(EndedException.Reason.STOPPED);
            }
            rows.run(session, handle);
        } catch (OrtException | RunException e) {
            EndedException.Reason reason = task.reason();
            if (reason != null) {
                throw new EndedException(reason);
            }
            throw e;
        } finally {
            task.finish();
            handle.reset();
        }
    }

    /** Runs each row in its own call from now on, for a graph that mixes the rows of a call. */
    public void runRowByRow() {
        rowByRow = true;
    }

    /** Whether each row runs in its own call; always if the batch dimension is fixed to 1. */
    public boolean isRowByRow() {
        return rowByRow;
    }

    /** Whether predictions have only the precision of float16. */
    public boolean isHalfPrecision() {
        return signature.layout().outputs().tensors().stream()
                .anyMatch(output -> output.type() == FeatureType.FLOAT16);
    }

    /**
     * Number of rows that the model predicts fast enough for an event loop, estimated from its
     * calls so far; 0 if not even one, or if it has loops, so that the next row may take any time.
     */
    public int quickRows() {
        return loops ? 0 : latency.quickRows();
    }

    /** Ends all calls, and refuses further ones. */
    public void endAll() {
        batches.endAll();
    }

    /** Ends all calls and closes the model; does nothing if it is closed. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        endAll();
        long end = System.nanoTime() + PATIENCE;
        while (batches.isRunning() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        if (batches.isRunning()) {
            OnnxRuntime.abandon();
            LOG.warning("A call of the model does not end. It is cut off.");
            return;
        }
        batches.close();
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime did not close the session.", e);
        }
    }
}
