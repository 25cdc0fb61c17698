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
 * A model whose forests ({@code TreeEnsembleRegressor} nodes) are rewritten as several {@code
 * TreeEnsemble} nodes and their sum, mean, minimum or maximum. Everything else stays unchanged.
 *
 * <p>Each part gives bit by bit what its trees gave; only their sum may be rounded differently. The
 * file is read as a stream and written part by part, which takes about 10 MB for any file size, or
 * 80 bytes per node of the largest tree.
 */
public final class ForestRewriting implements AutoCloseable {

    /** Minimum bytes of forests in a file for which the saved memory is worth the time. */
    private static final long LARGE = 16 << 20;

    /** Smaller parts need more kernels per prediction, larger parts more memory while they load. */
    private static final int NODES_OF_PART = 100_000;

    /**
     * Maximum bytes of everything but the forests, which is held in memory twice to infer types.
     */
    private static final long MOST_OF_REST = 16 << 20;

    private static final int COPIED_AT_ONCE = 1 << 16;

    private final FileChannel file;
    private final Outline outline;
    private final List<Partition> plans = new ArrayList<>();

    private ForestRewriting(FileChannel file, Outline outline) {
        this.file = file;
        this.outline = outline;
    }

    /**
     * Inspects a file.
     *
     * @param model a file that should be in ONNX format
     * @return null if there is no large forest, or the file is not a model
     * @throws ForestException if there is a large forest that cannot be rewritten
     */
    public static @Nullable ForestRewriting of(Path model) throws IOException, ForestException {
        return of(model, LARGE, NODES_OF_PART);
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
     * Returns the file of a small model: the same with forests of a single leaf, and with an
     * additional output for the input of each forest, which shows its type.
     */
    public byte[] probe() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int forests = 0;
        for (Piece piece : outline.pieces()) {
            switch (piece) {
                case Piece.Fields fields -> copy(fields.range(), out);
                case Piece.MlOpset opset -> copy(opset.range(), out);
                case Piece.GraphFields fields -> copyGraph(fields.range(), out);
                case Piece.Forest forest ->
                        Nodes.probe(forest.regressor(), probed(forests++)).writeTo(out);
            }
        }
        return out.toByteArray();
    }

    /** Returns the names of the probe's additional outputs, one for each forest. */
    public List<String> probes() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < plans.size(); i++) {
            names.add(probed(i));
        }
        return names;
    }

    /**
     * Writes the whole model.
     *
     * @param precisions type of the input of each forest
     * @throws ForestException if a forest turns out to be invalid; the output is then useless
     */
    public void write(OutputStream out, List<Precision> precisions)
            throws IOException, ForestException {
        int forests = 0;
        for (Piece piece : outline.pieces()) {
            switch (piece) {
                case Piece.Fields fields -> copy(fields.range(), out);
                case Piece.MlOpset _ -> Nodes.opsets().writeTo(out);
                case Piece.GraphFields fields -> copyGraph(fields.range(), out);
                case Piece.Forest forest -> {
                    write(forest.regressor(), plans.get(forests), precisions.get(forests), out);
                    forests++;
                }
            }
        }
    }

    /** Returns a text such as {@code 700 trees of 5733700 nodes}. */
    @Override
    public String toString() {
        return "%d trees of %d nodes"
                .formatted(
                        plans.stream().mapToLong(Partition::trees).sum(),
                        plans.stream().mapToLong(Partition::nodes).sum());
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private static @Nullable Outline outline(FileChannel file) throws IOException {
        try {
            return Outline.of(file);
        } catch (ForestException _) {
            return null; // ONNX Runtime reports better what the file is instead.
        }
    }

    private void plan(int nodesOfPart) throws IOException, ForestException {
        if (file.size() - outline.sizeOfForests() > MOST_OF_REST) {
            throw new ForestException("is beside other large weights");
        }
        outline.checkRest();
        for (Regressor regressor : outline.regressors()) {
            regressor.aggregate();
            plans.add(Partition.of(regressor, nodesOfPart));
        }
    }

    private static void write(
            Regressor regressor, Partition plan, Precision precision, OutputStream out)
            throws IOException, ForestException {
        Aggregate aggregate = regressor.aggregate();
        TreeReader reader = new TreeReader(regressor, precision);
        TreeEnsembleWriter writer = new TreeEnsembleWriter(precision, aggregate);
        Nodes nodes = new Nodes(regressor.output(), precision);
        List<String> parts = new ArrayList<>();
        for (Partition.Part part : plan.parts()) {
            ProtoWriter ensemble = writer.write(reader.read(part));
            parts.add(nodes.part(ensemble, regressor.input(), out));
        }
        reader.requireEnd();
        nodes.join(parts, aggregate, plan.trees(), regressor.base(precision), out);
    }

    private static String probed(int forest) {
        return "/forest" + forest + "/input";
    }

    private void copyGraph(ByteRange fields, OutputStream out) throws IOException {
        new ProtoWriter().head(OnnxFields.MODEL_GRAPH, fields.length()).writeTo(out);
        copy(fields, out);
    }

    private void copy(ByteRange range, OutputStream out) throws IOException {
        byte[] bytes = new byte[(int) Math.min(range.length(), COPIED_AT_ONCE)];
        long position = range.start();
        while (position < range.end()) {
            int wanted = (int) Math.min(bytes.length, range.end() - position);
            int count = file.read(ByteBuffer.wrap(bytes, 0, wanted), position);
            if (count <= 0) {
                throw new IOException("The file has become shorter.");
            }
            out.write(bytes, 0, count);
            position += count;
        }
    }
}
