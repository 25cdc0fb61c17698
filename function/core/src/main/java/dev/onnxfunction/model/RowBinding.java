package dev.onnxfunction.model;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

import dev.onnxfunction.card.FeatureType;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The runtime's tensors of some rows of a batch, over the batch's own memory. */
final class RowBinding implements AutoCloseable {

    private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();

    /** Outputs that the runtime writes into the batch. */
    private final Map<String, OnnxTensor> pinned = new LinkedHashMap<>();

    /** Outputs whose shape is known only after the call, and the buffers to copy them to. */
    private final Map<String, TensorBuffer> dynamic = new LinkedHashMap<>();

    private final OrtEnvironment environment;
    private final int from;
    private final int count;

    /**
     * @param from index of the first row
     * @param count number of rows
     */
    RowBinding(
            OrtEnvironment environment,
            BatchLayout layout,
            TensorBuffer[] inputBuffers,
            TensorBuffer[] outputBuffers,
            int from,
            int count)
            throws OrtException {
        this.environment = environment;
        this.from = from;
        this.count = count;
        try {
            for (int i = 0; i < inputBuffers.length; i++) {
                RowTensor input = layout.inputs().get(i);
                inputs.put(input.name(), tensor(input, inputBuffers[i]));
            }
            List<RowTensor> outputs = layout.outputs().tensors();
            for (int i = 0; i < outputBuffers.length; i++) {
                bind(outputs.get(i), outputBuffers[i]);
            }
        } catch (OrtException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Number of rows. */
    int count() {
        return count;
    }

    private void bind(RowTensor output, TensorBuffer buffer) throws OrtException {
        if (output.form() == RowTensor.Form.DYNAMIC) {
            dynamic.put(output.name(), buffer);
        } else {
            pinned.put(output.name(), tensor(output, buffer));
        }
    }

    private OnnxTensor tensor(RowTensor tensor, TensorBuffer buffer) throws OrtException {
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

    /**
     * Runs the graph for the rows.
     *
     * @throws RunException if the graph gives another number of elements than the rows have
     */
    void run(OrtSession session, RunHandle handle) throws OrtException {
        try (OrtSession.Result result =
                session.run(inputs, dynamic.keySet(), pinned, handle.options())) {
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
