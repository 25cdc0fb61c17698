package dev.onnxfunction.settings;

import java.util.Locale;

/** A way to ask for predictions beside JSON rows on {@code POST /predict}. Each can be off. */
public enum Protocol {
    /** Open Inference Protocol V2, as KServe, Triton and MLServer speak it. */
    V2,
    /** V1 of TensorFlow Serving and KServe, and with it custom containers of Vertex AI. */
    V1,
    /** {@code /invocations} of MLflow and SageMaker. */
    INVOCATIONS,
    /** CSV on {@code /predict}. */
    CSV,
    /** Newline-delimited JSON on {@code /predict}. */
    NDJSON,
    /** CloudEvents 1.0 over HTTP. */
    CLOUDEVENTS,
    /** What Knative's {@code func} asks of a function. */
    FUNC;

    /** As settings have it, such as {@code v2}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
