package dev.onnxfunction.model;

import dev.onnxfunction.start.StartException;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says in two sentences why ONNX Runtime did not load a file. */
final class LoadFailure {

    /** ONNX Runtime 1.28 names an operator it lacks as {@code name(opset)}. */
    private static final Pattern NO_OPERATOR =
            Pattern.compile("(?:implementation for |: )([\\w.]+\\(-?\\d+\\))");

    private static final Pattern TOO_NEW =
            Pattern.compile("(Unsupported model IR version: .*|Opset \\d+ is under development.*)");

    /** What comes before the point: code, file, and the place in the runtime's source. */
    private static final Pattern PREAMBLE =
            Pattern.compile(
                    "^.*Status Message: |Error code - \\w+ - message: |Load model from .*? failed:"
                            + "|\\S*/onnxruntime_src/\\S+:\\d+ .*?\\) (?=\\p{Upper})");

    private static final int MAX_REASON_LENGTH = 300;

    private LoadFailure() {}

    static StartException explain(ModelFile file, String code, String message, Throwable cause) {
        Matcher operator = NO_OPERATOR.matcher(message);
        if (message.contains("NOT_IMPLEMENTED") || message.contains("is not a registered")) {
            return new StartException(
                    "The model "
                            + file
                            + " uses an operator that ONNX Runtime does not have: "
                            + (operator.find() ? operator.group(1) : reason(message))
                            + ".",
                    "Export it again without this operator, or with a lower opset.",
                    cause);
        }
        Matcher tooNew = TOO_NEW.matcher(message);
        if (tooNew.find()) {
            return new StartException(
                    "The model " + file + " is newer than ONNX Runtime: " + tooNew.group(1) + ".",
                    "Export it again with a lower opset or IR version.",
                    cause);
        }
        if (code.equals("ORT_INVALID_PROTOBUF") || message.contains("does not have a graph")) {
            return new StartException(
                    "The model " + file + " is not an ONNX file, or is cut off.",
                    "Copy it again, or export it again.",
                    cause);
        }
        return new StartException(
                "The model " + file + " does not load: " + reason(message) + ".",
                "Check the file with onnx.checker, or export it again.",
                cause);
    }

    /** The part of a message of ONNX Runtime that a person can use, on one line. */
    static String reason(String message) {
        String first = message.lines().findFirst().orElse(message);
        String line = PREAMBLE.matcher(first).replaceAll("").strip();
        return line.length() <= MAX_REASON_LENGTH
                ? line
                : line.substring(0, MAX_REASON_LENGTH) + "…";
    }
}
