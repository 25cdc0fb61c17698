package dev.onnxfunction.forest;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Rewrites the forests of a model: a node {@code TreeEnsembleRegressor} becomes several nodes
 * {@code TreeEnsemble} and a sum, mean, minimum or maximum of their outputs. Everything else is
 * copied.
 *
 * <p>Each part predicts exactly what its trees predicted. The sum over all trees becomes a sum of
 * sums, which may round differently. The file is read as a stream and one part is written at a
 * time. This takes about 10 MB whatever the size of the file, or 80 bytes for each node of the
 * largest tree if that is more.
 */
public final class ForestRewriting implements AutoCloseable {

    /** Minimum bytes of the forests in a file for which the saved memory is worth the time. */
    private static final long MIN_FOREST_BYTES = 16 << 20;

    /**
     * Nodes of a part. Smaller parts need more calls of operators for a prediction; larger parts
     * take more memory to load.
     */
    private static final int NODES_OF_PART = 100_000;

    /**
     * Maximum bytes of everything except the forests, because the probe for the types holds it in
     * memory twice.
     */
    private static final long MAX_REST_BYTES = 16 << 20;

    private static final int COPY_BUFFER = 1 << 16;

    private final FileChannel file;
    private final Outline outline;
    private final List<Partition> partitions = new ArrayList<>();

    private ForestRewriting(FileChannel file, Outline outline) {
        this.file = file;
        this.outline = outline;
    }

    /**
     * Searches a file for large forests.
     *
     * @param model a file, which need not be a valid ONNX file
     * @return null if it has no large forest, or is not a model
     * @throws ForestException if it has a large forest that cannot be rewritten
     */
    public static @Nullable ForestRewriting of(Path model) throws IOException, ForestException {
        return of(model, MIN_FOREST_BYTES, NODES_OF_PART);
    }

    static @Nullable ForestRewriting of(Path model, long large, int nodesOfPart)
            throws IOException, ForestException {
        FileChannel file = FileChannel.open(model);
        try {
            Outline outline = outline(file);
            if (outline != null && outline.sizeOfForests() >= large) {
                ForestRewriting rewriting = new ForestRewriting(file, outline);
                rewriting.plan(nodesOfPart);
                return rewriting;
            }
        } catch (IOException | ForestException | RuntimeException e) {
            file.close();
            throw e;
        }
        file.close();
        return null;
    }

    /**
     * Returns a small model file with forests of one leaf. It has an additional output for each
     * forest, which has the type of the forest's input.
     */
    public byte[] probe() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int forests = 0;
        for (ModelPart part : outline.parts()) {
            switch (part) {
                case ModelPart.Fields fields -> copy(fields.range(), out);
                case ModelPart.MlOpset opset -> copy(opset.range(), out);
                case ModelPart.GraphFields fields -> copyGraph(fields.range(), out);
                case ModelPart.Forest forest ->
                        NodeWriter.probe(forest.regressor(), probeName(forests++)).writeTo(out);
            }
        }
        return out.toByteArray();
    }

    /** The names of the additional outputs of the probe, one for each forest. */
    public List<String> probes() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < partitions.size(); i++) {
            names.add(probeName(i));
        }
        return names;
    }

    /**
     * Writes the whole model.
     *
     * @param precisions the type of the input of each forest
     * @throws ForestException if a forest turns out to be invalid; the written part is then useless
     */
    public void write(OutputStream out, List<Precision> precisions)
            throws IOException, ForestException {
        int forests = 0;
        for (ModelPart part : outline.parts()) {
            switch (part) {
                case ModelPart.Fields fields -> copy(fields.range(), out);
                case ModelPart.MlOpset _ -> NodeWriter.opsets().writeTo(out);
                case ModelPart.GraphFields fields -> copyGraph(fields.range(), out);
                case ModelPart.Forest forest -> {
                    write(
                            forest.regressor(),
                            partitions.get(forests),
                            precisions.get(forests),
                            out);
                    forests++;
                }
            }
        }
    }

    /** Such as {@code 700 trees of 5733700 nodes}. */
    @Override
    public String toString() {
        return "%d trees of %d nodes"
                .formatted(
                        partitions.stream().mapToLong(Partition::trees).sum(),
                        partitions.stream().mapToLong(Partition::nodes).sum());
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private static @Nullable Outline outline(FileChannel file) throws IOException {
        try {
            return Outline.of(file);
        } catch (ForestException _) {
            return null; // ONNX Runtime reports better what is wrong with it.
        }
    }

    private void plan(int nodesOfPart) throws IOException, ForestException {
        if (file.size() - outline.sizeOfForests() > MAX_REST_BYTES) {
            throw new ForestException("is beside other large weights");
        }
        UpgradeCheck.check(file, outline.parts());
        for (TreeEnsembleRegressor regressor : outline.regressors()) {
            regressor.aggregate();
            partitions.add(Partition.of(regressor, nodesOfPart));
        }
    }

    private static void write(
            TreeEnsembleRegressor regressor, Partition plan, Precision precision, OutputStream out)
            throws IOException, ForestException {
        Aggregate aggregate = regressor.aggregate();
        TreeReader reader = new TreeReader(regressor, precision);
        TreeEnsembleWriter writer = new TreeEnsembleWriter(precision, aggregate);
        NodeWriter nodes = new NodeWriter(regressor.output(), precision);
        List<String> parts = new ArrayList<>();
        for (Partition.Part part : plan.parts()) {
            ProtoWriter ensemble = writer.write(reader.read(part));
            parts.add(nodes.part(ensemble, regressor.input(), out));
        }
        reader.requireEnd();
        nodes.join(parts, aggregate, plan.trees(), regressor.base(precision), out);
    }

    private static String probeName(int forest) {
        return "/forest" + forest + "/input";
    }

    private void copyGraph(ByteRange fields, OutputStream out) throws IOException {
        new ProtoWriter().head(OnnxFields.MODEL_GRAPH, fields.length()).writeTo(out);
        copy(fields, out);
    }

    private void copy(ByteRange range, OutputStream out) throws IOException {
        byte[] bytes = new byte[(int) Math.min(range.length(), COPY_BUFFER)];
        long position = range.start();
        while (position < range.end()) {
            int wanted = (int) Math.min(bytes.length, range.end() - position);
            int count = file.read(ByteBuffer.wrap(bytes, 0, wanted), position);
            if (count <= 0) {
                throw new IOException("The file became shorter while it was read.");
            }
            out.write(bytes, 0, count);
            position += count;
        }
    }
}
