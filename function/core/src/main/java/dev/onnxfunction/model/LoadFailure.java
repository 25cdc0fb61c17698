package dev.onnxfunction.model;

import ai.onnxruntime.OrtException;

import dev.onnxfunction.settings.StartException;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Explains in two sentences why ONNX Runtime did not load a file, or was not loaded itself. */
final class LoadFailure {

    /** ONNX Runtime 1.28's message for an unknown operator, or unsupported types. */
    private static final Pattern NO_OPERATOR =
            Pattern.compile(
                    "In Node, \\(\"[^\"]*\", (?<operator>\\w+), \"(?<domain>[^\"]*)\",.*"
                            + "(?:No Op registered|No opset import|is not a registered)"
                            + "|implementation for (?<kernel>\\w+\\(\\d+\\))"
                            + "|Fatal error: (?<other>[^ :]+:[^ (]+)\\(-?\\d+\\) is not");

    private static final Pattern UNKNOWN_NAME = Pattern.compile("Invalid (?:in|out)put name");

    private static final Pattern TOO_NEW =
            Pattern.compile(
                    "(Unsupported model IR version: .*|Opset \\d+ is under development.*?)\\.*$");

    /** The prefix of its messages: code, file, and the place in the runtime's source. */
    private static final Pattern PREAMBLE =
            Pattern.compile(
                    "^.*(?:Status Message: |\\[ONNXRuntimeError] : \\d+ : \\w+ : )"
                            + "|Error code - \\w+ - message: |Load model from .*? failed:"
                            + "|Exception during initialization: |\\w+\\.cc:\\d+ \\w+ "
                            + "|\\S*/onnxruntime_src/\\S+:\\d+ .*?\\) (?=\\p{Alpha})");

    private static final int MAX_REASON_LENGTH = 300;

    private LoadFailure() {}

    /** Why there is no native library. */
    static StartException ofRuntime(Throwable failure) {
        Throwable root = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            root = cause;
        }
        return new StartException(
                "ONNX Runtime's native library does not load: " + root.getMessage() + ".",
                "Run on glibc 2.27 or newer with libstdc++, on x86-64 or arm64, and let this user"
                        + " write into java.io.tmpdir, which is "
                        + System.getProperty("java.io.tmpdir")
                        + ".",
                failure);
    }

    static StartException explain(ModelFile file, OrtException cause) {
        String message = message(cause);
        Matcher noOperator = NO_OPERATOR.matcher(message);
        if (noOperator.find()) {
            return new StartException(
                    "The model %s uses an operator that ONNX Runtime does not have: %s."
                            .formatted(file, operator(noOperator)),
                    "Export it again without this operator, or with another opset.",
                    cause);
        }
        Matcher tooNew = TOO_NEW.matcher(message);
        if (tooNew.find()) {
            return new StartException(
                    "The model " + file + " is newer than ONNX Runtime: " + tooNew.group(1) + ".",
                    "Export it again with a lower opset or IR version.",
                    cause);
        }
        if (cause.getCode() == OrtException.OrtErrorCode.ORT_INVALID_PROTOBUF
                || message.contains("does not have a graph")) {
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

    /** Whether the runtime does not find an input or output under a name that it returned. */
    static boolean isOfName(OrtException failure) {
        return UNKNOWN_NAME.matcher(message(failure)).find();
    }

    /** The reason why a loaded graph cannot run: the Java API changed a name. */
    static StartException alteredName(String file, @Nullable Throwable cause) {
        return new StartException(
                "The model "
                        + file
                        + " has an input or output whose name has U+0000 or characters beyond"
                        + " U+FFFF, such as emoji, which ONNX Runtime for Java alters.",
                "Export it again with another name.",
                cause);
    }

    /** Why a forest takes much memory, such as "has 2 targets". */
    static String largeForest(Path file, String reason) {
        return "The forest in %s %s, so it is loaded unchanged, which takes about 11 times its size in memory. "
                        .formatted(file, reason)
                + "Give the container that much, or export a smaller forest.";
    }

    private static String operator(Matcher found) {
        if (found.group("kernel") != null) {
            return found.group("kernel") + " for the types it is given";
        }
        if (found.group("other") != null) {
            return found.group("other").replace(':', '.');
        }
        String domain = found.group("domain");
        return (domain.isEmpty() ? "" : domain + ".") + found.group("operator");
    }

    /** The useful part of a message of ONNX Runtime, on one line. */
    static String reason(OrtException failure) {
        return reason(message(failure));
    }

    private static String message(OrtException failure) {
        return String.valueOf(failure.getMessage());
    }

    private static String reason(String message) {
        String first = message.lines().findFirst().orElse(message);
        String line = PREAMBLE.matcher(first).replaceAll("").strip().replaceFirst("\\.+$", "");
        return line.length() <= MAX_REASON_LENGTH
                ? line
                : line.substring(0, MAX_REASON_LENGTH) + "…";
    }
}
