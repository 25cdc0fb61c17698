package dev.onnxfunction.model;

import ai.onnxruntime.MapInfo;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;

import dev.onnxfunction.card.Feature;
import dev.onnxfunction.card.FeatureType;
import dev.onnxfunction.card.ModelCard;
import dev.onnxfunction.card.ModelCardReader;
import dev.onnxfunction.forest.ForestException;
import dev.onnxfunction.forest.ForestRewriting;
import dev.onnxfunction.forest.ModelPipe;
import dev.onnxfunction.forest.Precision;
import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.start.StartException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/**
 * A regression model in ONNX Runtime. The only class that uses the runtime.
 *
 * <p>Thread-safe: the session may run in many threads at once, and each {@link Batch} has its own
 * memory. Closing it ends the running calls, and leaves the session open if one of them does not
 * end, because the runtime would crash. The process-wide environment stays open too, because other
 * models use it.
 */
public final class OnnxModel implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(OnnxModel.class.getName());

    /** The runtime's prefix of element type names. */
    private static final String ELEMENT_PREFIX = "ONNX_TENSOR_ELEMENT_DATA_TYPE_";

    /**
     * The runtime's Java side converts four bytes of UTF-8 to this; it also drops the text's end.
     */
    private static final Pattern MANGLED = Pattern.compile("[\u00f0-\u00f4][\u0080-\u00bf]{2}");

    /** Interval of the checks for late calls. */
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(100);

    /** Maximum time for a cancelled call to end when the model is closed. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);

    /** Whether a call did not end, so that the runtime must not be shut down. */
    private static volatile boolean abandoned;

    /** The runtime, without its own log, because failures are reported in exceptions. */
    private static final FutureTask<OrtEnvironment> RUNTIME =
            new FutureTask<>(
                    () ->
                            OrtEnvironment.getEnvironment(
                                    OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "onnx-function"));

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final String file;
    private final @Nullable ModelCard card;
    private final Signature signature;
    private final Queue<Batch> idle = new ConcurrentLinkedQueue<>();

    /** All batches, idle or not. */
    private final Set<Batch> batches = ConcurrentHashMap.newKeySet();

    private final Thread watch =
            Thread.ofPlatform().daemon().name("deadlines").unstarted(this::watch);
    private final Pace pace = new Pace(System::nanoTime);

    /** Whether its time may depend on a row's values so that measurements do not bound it. */
    private final boolean loops;

    /** Whether the runtime reads and writes the memory of a batch in place, without copies. */
    private final boolean inPlace;

    /** Whether each row is a call of its own. */
    private volatile boolean rowByRow;

    private volatile boolean closing;

    private OnnxModel(
            OrtEnvironment environment,
            OrtSession session,
            ModelFile file,
            @Nullable ModelCard card,
            Signature signature) {
        this.environment = environment;
        this.session = session;
        this.file = file.toString();
        this.loops = file.mayLoop();
        this.card = card;
        this.signature = signature;
        this.inPlace = signature.isInPlace();
        this.rowByRow = signature.oneRowPerCall();
    }

    /**
     * Starts to load the native library on another thread, because it takes longer than most of a
     * start. {@link #load} waits for it.
     */
    public static Thread loadRuntimeInBackground() {
        return Thread.ofPlatform().name("load-onnxruntime").start(RUNTIME);
    }

    /**
     * Loads a model and checks its whole contract.
     *
     * @throws StartException if it cannot be served; the message states what was found and what to
     *     do
     */
    public static OnnxModel load(Settings.Model options) {
        ModelFile file = ModelFile.at(options.location());
        OrtEnvironment environment = environment();
        OrtSession session = open(environment, file, options);
        try {
            @Nullable ModelCard card = readCard(session, file);
            refuseMany(session, file);
            Signature signature =
                    SignatureReader.read(
                            file.toString(),
                            tensors(session.getInputInfo().values()),
                            tensors(session.getOutputInfo().values()),
                            card,
                            options);
            OnnxModel model = new OnnxModel(environment, session, file, card, signature);
            model.watch.start();
            return model;
        } catch (OrtException e) {
            closeAfter(session, e);
            throw new StartException(
                    "The model "
                            + file
                            + " cannot be read: "
                            + LoadFailure.reason(message(e))
                            + ".",
                    "Export it again with tensors as inputs and outputs.",
                    e);
        } catch (RuntimeException e) {
            closeAfter(session, e);
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
        List<Signature.Tensor> tensors = signature.filled().tensors();
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
        return signature.interval() != null || signature.outputs().lower() != null;
    }

    /** Returns an empty batch. Close it to return its memory. */
    public Batch batch() {
        return batch(Task.unlimited());
    }

    /** Returns an empty batch whose calls belong to a task. */
    public Batch batch(Task task) {
        Batch batch = idle.poll();
        if (batch == null) {
            batch = new Batch(this, signature);
            batches.add(batch);
        }
        batch.task = task;
        return batch;
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
            throw LoadFailure.isOfName(message(e))
                    ? LoadFailure.alteredName(file, e)
                    : new RunException(LoadFailure.reason(message(e)), e);
        } finally {
            pace.note(count, System.nanoTime() - before);
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
        return signature.outputs().tensors().stream()
                .anyMatch(output -> output.type() == FeatureType.FLOAT16);
    }

    /**
     * Number of rows that the model predicts fast enough for an event loop, estimated from its
     * calls so far; 0 if not even one, or if it has loops, so that the next row may take any time.
     */
    public int quickRows() {
        return loops ? 0 : pace.quickRows();
    }

    /** Ends all calls, and refuses further ones. */
    public void endAll() {
        closing = true;
        for (Batch batch : batches) {
            Task task = batch.task;
            if (task != null) {
                task.end(Task.End.STOPPED);
            }
        }
    }

    /**
     * Whether a call of a closed model is still running, so that the process must end without
     * shutting the runtime down.
     */
    public static boolean isAbandoned() {
        return abandoned;
    }

    @Override
    public void close() {
        endAll();
        long end = System.nanoTime() + PATIENCE;
        while (isRunning() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        if (isRunning()) {
            abandoned = true;
            LOG.warning("A call of the model does not end. It is cut off.");
            return;
        }
        for (Batch batch = idle.poll(); batch != null; batch = idle.poll()) {
            drop(batch);
        }
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime did not close the session.", e);
        }
    }

    private boolean isRunning() {
        return batches.stream().map(batch -> batch.task).anyMatch(OnnxModel::isRunning);
    }

    private static boolean isRunning(@Nullable Task task) {
        return task != null && task.isRunning();
    }

    private void watch() {
        while (!closing) {
            LockSupport.parkNanos(TICK);
            long now = System.nanoTime();
            for (Batch batch : batches) {
                Task task = batch.task;
                if (task != null && task.isLate(now)) {
                    task.end(Task.End.LATE);
                }
            }
        }
    }

    void takeBack(Batch batch) {
        batch.task = null;
        if (batch.isWorthKeeping() && !closing) {
            idle.add(batch);
        } else {
            drop(batch);
        }
    }

    private void drop(Batch batch) {
        batches.remove(batch);
        unbind(batch);
        Call call = batch.call;
        if (call != null) {
            batch.call = null;
            call.close();
        }
    }

    static void unbind(Batch batch) {
        Binding binding = batch.binding;
        if (binding != null) {
            batch.binding = null;
            binding.close();
        }
    }

    /** Waits for the runtime to load; starts to load it if necessary. */
    private static OrtEnvironment environment() {
        RUNTIME.run();
        try {
            return RUNTIME.get();
        } catch (ExecutionException e) {
            throw LoadFailure.ofRuntime(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while ONNX Runtime loads.", e);
        }
    }

    private static OrtSession open(
            OrtEnvironment environment, ModelFile file, Settings.Model options) {
        try (OrtSession.SessionOptions settings = new OrtSession.SessionOptions()) {
            settings.setIntraOpNumThreads(options.threads());
            settings.setInterOpNumThreads(1);
            settings.addConfigEntry("session.intra_op.allow_spinning", "0");
            String path = file.path();
            if (path == null) {
                return environment.createSession(file.embedded(), settings);
            }
            Path large = file.large();
            OrtSession rewritten = null;
            if (large != null) {
                System.gc(); // Else the start's garbage would stay in memory.
                rewritten = rewrite(environment, large, settings);
            }
            return rewritten != null ? rewritten : environment.createSession(path, settings);
        } catch (OrtException e) {
            throw LoadFailure.explain(file, e.getCode().name(), message(e), e);
        }
    }

    /**
     * Returns the session of the model with its forests rewritten; null if there are none, or
     * rewriting fails.
     */
    private static @Nullable OrtSession rewrite(
            OrtEnvironment environment, Path file, OrtSession.SessionOptions settings) {
        try (ForestRewriting forests = ForestRewriting.of(file)) {
            if (forests == null) {
                return null;
            }
            List<Precision> precisions = precisions(environment, forests, settings);
            try (ModelPipe pipe = ModelPipe.from(out -> forests.write(out, precisions))) {
                OrtSession session = environment.createSession(pipe.path(), settings);
                try {
                    pipe.finish();
                } catch (IOException | ForestException e) {
                    closeAfter(session, e);
                    throw e;
                }
                LOG.info("Loaded " + file + " with its forest rewritten: " + forests + ".");
                return session;
            }
        } catch (ForestException e) {
            LOG.warning(LoadFailure.largeForest(file, e.reason()));
        } catch (OrtException e) {
            LOG.warning(
                    LoadFailure.largeForest(
                            file, "is not rewritten (" + LoadFailure.reason(message(e)) + ")"));
        } catch (IOException e) {
            LOG.warning(LoadFailure.largeForest(file, "is not rewritten (" + e + ")"));
        }
        return null;
    }

    /** The type of the input of each forest. */
    private static List<Precision> precisions(
            OrtEnvironment environment, ForestRewriting forests, OrtSession.SessionOptions settings)
            throws OrtException, ForestException, IOException {
        try (OrtSession probe = environment.createSession(forests.probe(), settings)) {
            List<Precision> precisions = new ArrayList<>();
            for (NodeInfo output : probe.getOutputInfo().values()) {
                if (forests.probes().contains(output.getName())) {
                    precisions.add(precision(tensor(output)));
                }
            }
            return precisions;
        }
    }

    private static Precision precision(GraphTensor input) throws ForestException {
        return switch (input.type()) {
            case FLOAT -> Precision.FLOAT;
            case DOUBLE -> Precision.DOUBLE;
            case null, default -> throw new ForestException("takes " + input.typeName());
        };
    }

    private static @Nullable ModelCard readCard(OrtSession session, ModelFile file)
            throws OrtException {
        String json = session.getMetadata().getCustomMetadata().get(ModelCard.METADATA_KEY);
        if (json == null) {
            return null;
        }
        try {
            if (json.length() > MetadataSize.MOST) {
                throw new IllegalArgumentException(
                        "it has %d characters, must have at most %d"
                                .formatted(json.length(), MetadataSize.MOST));
            }
            if (MANGLED.matcher(json).find()) {
                throw new IllegalArgumentException(
                        "it has characters beyond U+FFFF, such as emoji, which ONNX Runtime for"
                                + " Java passes on as escapes only, such as \\ud83c\\udfe0");
            }
            return ModelCardReader.read(json);
        } catch (IllegalArgumentException e) {
            throw new StartException(
                    "The model card in " + file + " is wrong: " + e.getMessage() + ".",
                    "Write the card again with the command `card` of training-notebook-export.",
                    e);
        }
    }

    private static void refuseMany(OrtSession session, ModelFile file) {
        long inputs = session.getNumInputs();
        if (inputs > ModelCard.MAX_FEATURES) {
            throw new StartException(
                    "The model %s has %d inputs, must have at most %d."
                            .formatted(file, inputs, ModelCard.MAX_FEATURES),
                    "Export it again with inputs [N, k] of many columns.");
        }
    }

    private static List<GraphTensor> tensors(Collection<NodeInfo> nodes) {
        List<GraphTensor> tensors = new ArrayList<>();
        for (NodeInfo node : nodes) {
            tensors.add(tensor(node));
        }
        return tensors;
    }

    private static GraphTensor tensor(NodeInfo node) {
        if (node.getInfo() instanceof TensorInfo info) {
            String typeName = info.onnxType.toString().replace(ELEMENT_PREFIX, "");
            return new GraphTensor(
                    node.getName(),
                    type(info.onnxType),
                    typeName.toLowerCase(Locale.ROOT),
                    Arrays.stream(info.getShape()).boxed().toList());
        }
        String kind = node.getInfo() instanceof MapInfo ? "map" : "sequence";
        return new GraphTensor(node.getName(), null, kind, List.of());
    }

    /** By the graph's type, because Java does not distinguish unsigned numbers. */
    private static @Nullable FeatureType type(TensorInfo.OnnxTensorType type) {
        return switch (type) {
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE -> FeatureType.DOUBLE;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT -> FeatureType.FLOAT;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 -> FeatureType.FLOAT16;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 -> FeatureType.INT64;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 -> FeatureType.INT32;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL -> FeatureType.BOOL;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING -> FeatureType.STRING;
            default -> null;
        };
    }

    private void call(Batch batch, int from, int count) throws OrtException {
        if (from == 0 && count == 1 && inPlace) {
            Binding binding = batch.binding;
            if (binding == null) {
                binding = new Binding(batch, 0, 1);
                batch.binding = binding;
            }
            call(batch, binding);
        } else {
            try (Binding binding = new Binding(batch, from, count)) {
                call(batch, binding);
            }
        }
    }

    private void call(Batch batch, Binding binding) throws OrtException {
        Call call = batch.call;
        if (call == null) {
            call = new Call();
            batch.call = call;
        }
        Task task = batch.task();
        task.begin(call);
        try {
            if (closing) { // Closing sees this call, or this call sees it.
                throw new EndedException(Task.End.STOPPED);
            }
            binding.call(call);
        } catch (OrtException | RunException e) {
            Task.End end = task.reason();
            if (end != null) {
                throw new EndedException(end);
            }
            throw e;
        } finally {
            task.finish();
            call.reset();
        }
    }

    private static String message(OrtException e) {
        return String.valueOf(e.getMessage());
    }

    private static void closeAfter(OrtSession session, Exception failure) {
        try {
            session.close();
        } catch (OrtException e) {
            failure.addSuppressed(e);
        }
    }

    /** The handle on the call of a batch, with which another thread can end it. */
    static final class Call implements AutoCloseable {

        private final OrtSession.RunOptions options;

        /** Whether the call was cancelled; guarded by the task. */
        private boolean terminated;

        private Call() throws OrtException {
            options = new OrtSession.RunOptions();
        }

        /** Cancels the call, which the runtime ends before the next operator. */
        void terminate() {
            terminated = true;
            set(true);
        }

        /** Resets this for the next call. */
        void reset() {
            if (terminated) {
                terminated = false;
                set(false);
            }
        }

        private void set(boolean terminate) {
            try {
                options.setTerminate(terminate);
            } catch (OrtException e) {
                throw new IllegalStateException("ONNX Runtime does not end a call.", e);
            }
        }

        @Override
        public void close() {
            options.close();
        }
    }

    /** The tensors of some rows of a batch, over the batch's own memory. */
    final class Binding implements AutoCloseable {

        private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();

        /** Outputs that the runtime writes into the batch. */
        private final Map<String, OnnxTensor> pinned = new LinkedHashMap<>();

        /** Outputs whose shape is known only after the call, and the buffers to copy them to. */
        private final Map<String, TensorBuffer> dynamic = new LinkedHashMap<>();

        private final int from;
        private final int count;

        private Binding(Batch batch, int from, int count) throws OrtException {
            this.from = from;
            this.count = count;
            try {
                for (int i = 0; i < signature.inputs().size(); i++) {
                    Signature.Tensor input = signature.inputs().get(i);
                    inputs.put(input.name(), tensor(input, batch.input(i)));
                }
                List<Signature.Tensor> outputs = signature.outputs().tensors();
                for (int i = 0; i < outputs.size(); i++) {
                    bind(outputs.get(i), batch.output(i));
                }
            } catch (OrtException | RuntimeException e) {
                close();
                throw e;
            }
        }

        private void bind(Signature.Tensor output, TensorBuffer buffer) throws OrtException {
            if (output.form() == Signature.Form.DYNAMIC) {
                dynamic.put(output.name(), buffer);
            } else {
                pinned.put(output.name(), tensor(output, buffer));
            }
        }

        private OnnxTensor tensor(Signature.Tensor tensor, TensorBuffer buffer)
                throws OrtException {
            long[] shape = tensor.shape(count);
            if (tensor.type() == FeatureType.STRING) {
                return OnnxTensor.createTensor(environment, buffer.texts(from, count), shape);
            }
            ByteBuffer bytes = buffer.slice(from, count);
            return switch (tensor.type()) {
                case DOUBLE -> OnnxTensor.createTensor(environment, bytes.asDoubleBuffer(), shape);
                case FLOAT -> OnnxTensor.createTensor(environment, bytes.asFloatBuffer(), shape);
                case INT64 -> OnnxTensor.createTensor(environment, bytes.asLongBuffer(), shape);
                case INT32 -> OnnxTensor.createTensor(environment, bytes.asIntBuffer(), shape);
                case FLOAT16 ->
                        OnnxTensor.createTensor(environment, bytes, shape, OnnxJavaType.FLOAT16);
                default -> OnnxTensor.createTensor(environment, bytes, shape, OnnxJavaType.BOOL);
            };
        }

        private void call(Call call) throws OrtException {
            try (OrtSession.Result result =
                    session.run(inputs, dynamic.keySet(), pinned, call.options)) {
                for (Map.Entry<String, TensorBuffer> output : dynamic.entrySet()) {
                    OnnxTensor tensor = (OnnxTensor) result.get(output.getKey()).orElseThrow();
                    output.getValue().copy(tensor.getByteBuffer(), from, count);
                }
            }
        }

        @Override
        public void close() {
            inputs.values().forEach(OnnxTensor::close);
            pinned.values().forEach(OnnxTensor::close);
        }
    }
}
