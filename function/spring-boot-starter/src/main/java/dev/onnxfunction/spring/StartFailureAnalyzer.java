package dev.onnxfunction.spring;

import dev.onnxfunction.settings.StartException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Reports why the model or its settings stop the start, and what to do. */
final class StartFailureAnalyzer extends AbstractFailureAnalyzer<StartException> {

    @Override
    protected FailureAnalysis analyze(Throwable root, StartException failure) {
        return new FailureAnalysis(failure.getMessage(), failure.remedy(), failure);
    }
}
