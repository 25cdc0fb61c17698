package dev.onnxfunction.settings;

import java.util.Locale;

/** A protocol in addition to JSON rows on {@code POST /predict}. Each can be turned off. */
public enum Protocol {
    /** Open Inference Protocol V2, as KServe, Triton and MLServer speak it. */
    V2,
    /** V1 of TensorFlow Serving and KServe, including custom containers of Vertex AI. */
    V1,
    /** {@code /invocations} of MLflow and SageMaker. */
    INVOCATIONS,
    /** CSV on {@code /predict}. */
    CSV,
    /** Newline-delimited JSON on {@code /predict}. */
    NDJSON,
    /** CloudEvents 1.0 over HTTP. */
    CLOUDEVENTS,
    /** The contract of Knative's {@code func}. */
    FUNC;

    /** The name in settings, such as {@code v2}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
