package dev.onnxfunction.model;

import ai.onnxruntime.MapInfo;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;

import dev.onnxfunction.card.FeatureType;
import dev.onnxfunction.card.ModelCard;
import dev.onnxfunction.settings.StartException;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Reads the inputs and outputs that a loaded graph declares. */
final class GraphReader {

    /** The runtime's prefix of element type names. */
    private static final String ELEMENT_PREFIX = "ONNX_TENSOR_ELEMENT_DATA_TYPE_";

    private GraphReader() {}

    /**
     * @throws StartException if there are more than a model card can describe
     */
    static List<GraphTensor> inputs(OrtSession session, ModelFile file) throws OrtException {
        long inputs = session.getNumInputs();
        if (inputs > ModelCard.MAX_FEATURES) {
            throw new StartException(
                    "The model %s has %d inputs, must have at most %d."
                            .formatted(file, inputs, ModelCard.MAX_FEATURES),
                    "Export it again with inputs [N, k] of many columns.");
        }
        return tensors(session.getInputInfo().values());
    }

    static List<GraphTensor> outputs(OrtSession session) throws OrtException {
        return tensors(session.getOutputInfo().values());
    }

    private static List<GraphTensor> tensors(Collection<NodeInfo> nodes) {
        List<GraphTensor> tensors = new ArrayList<>();
        for (NodeInfo node : nodes) {
            tensors.add(tensor(node));
        }
        return tensors;
    }

    static GraphTensor tensor(NodeInfo node) {
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

    /** Uses the type in the graph, because the Java API maps unsigned numbers to signed ones. */
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
}
