package dev.onnxfunction.forest;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Rewrites the forests of models of any size. */
public final class Rewritten {

    private Rewritten() {}

    /** Returns the whole rewritten file. */
    public static byte[] of(Path model) throws IOException, ForestException, OrtException {
        return of(model, 40);
    }

    static byte[] of(Path model, int nodesOfPart)
            throws IOException, ForestException, OrtException {
        try (ForestRewriting forests = requireNonNull(ForestRewriting.of(model, 0, nodesOfPart))) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            forests.write(out, precisions(forests));
            return out.toByteArray();
        }
    }

    private static List<Precision> precisions(ForestRewriting forests)
            throws IOException, OrtException {
        try (OrtSession probe = OrtEnvironment.getEnvironment().createSession(forests.probe())) {
            Map<String, NodeInfo> outputs = probe.getOutputInfo();
            List<Precision> precisions = new ArrayList<>();
            for (String name : forests.probes()) {
                OnnxJavaType type = ((TensorInfo) requireNonNull(outputs.get(name)).getInfo()).type;
                precisions.add(Precision.valueOf(type.name()));
            }
            return precisions;
        }
    }
}
