package dev.onnxfunction.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * ONNX Runtime without the function, as the reference for predictions. For models of one {@code
 * double} tensor.
 */
final class BareRuntime implements AutoCloseable {

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final double[][] rows;
    private final DoubleBuffer predictions;
    private final OrtSession session;
    private final String input;
    private final Map<String, OnnxTensor> inputs;
    private final Map<String, OnnxTensor> outputs;

    /**
     * @param rows rows that each call predicts, with features in the model's order
     */
    BareRuntime(Path model, double[][] rows) {
        this.rows = rows;
        DoubleBuffer features = allocate(rows.length * rows[0].length);
        for (double[] row : rows) {
            features.put(row);
        }
        predictions = allocate(rows.length);
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            session = environment.createSession(model.toString(), options);
            input = session.getInputNames().iterator().next();
            inputs = Map.of(input, tensor(features.flip(), rows[0].length));
            outputs = Map.of(session.getOutputNames().iterator().next(), tensor(predictions, 1));
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The fastest possible call: it reuses the memory of input and output, and copies nothing. */
    double callInPlace() {
        try (OrtSession.Result _ = session.run(inputs, Set.of(), outputs)) {
            return predictions.get(0);
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The call in the runtime's documentation: creates tensors from and to arrays. */
    double callWithArrays() {
        try (OnnxTensor tensor = OnnxTensor.createTensor(environment, rows);
                OrtSession.Result result = session.run(Map.of(input, tensor))) {
            return ((double[][]) result.get(0).getValue())[0][0];
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        inputs.values().forEach(OnnxTensor::close);
        outputs.values().forEach(OnnxTensor::close);
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    private OnnxTensor tensor(DoubleBuffer memory, int columns) throws OrtException {
        return OnnxTensor.createTensor(environment, memory, new long[] {rows.length, columns});
    }

    private static DoubleBuffer allocate(int doubles) {
        return ByteBuffer.allocateDirect(doubles * Double.BYTES)
                .order(ByteOrder.nativeOrder())
                .asDoubleBuffer();
    }
}
