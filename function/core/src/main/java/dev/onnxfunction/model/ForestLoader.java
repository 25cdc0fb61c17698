package dev.onnxfunction.model;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

import dev.onnxfunction.forest.ForestException;
import dev.onnxfunction.forest.ForestRewriting;
import dev.onnxfunction.forest.ModelPipe;
import dev.onnxfunction.forest.Precision;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Logger;

/** Loads a model with large forests, which are rewritten on the way into the runtime. */
final class ForestLoader {

    private static final Logger LOG = Logger.getLogger(ForestLoader.class.getName());

    private ForestLoader() {}

    /**
     * Returns the session of the model with its forests rewritten; null if it has no large forest,
     * or if rewriting fails, which only logs a warning.
     */
    static @Nullable OrtSession load(
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
                    OnnxRuntime.closeAfter(session, e);
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
                            file, "is not rewritten (" + LoadFailure.reason(e) + ")"));
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
                    precisions.add(precision(GraphReader.tensor(output)));
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
}
