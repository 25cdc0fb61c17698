package dev.onnxfunction.model;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.settings.StartException;

import java.nio.file.Path;

/** Loads a model file into a session of the runtime. */
final class SessionLoader {

    private SessionLoader() {}

    /**
     * @throws StartException if the runtime does not load the file
     */
    static OrtSession load(OrtEnvironment environment, ModelFile file, Settings.Model options) {
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
                System.gc(); // Otherwise the garbage of the start would take memory beside the
                // model.
                rewritten = ForestLoader.load(environment, large, settings);
            }
            return rewritten != null ? rewritten : environment.createSession(path, settings);
        } catch (OrtException e) {
            throw LoadFailure.explain(file, e);
        }
    }
}
