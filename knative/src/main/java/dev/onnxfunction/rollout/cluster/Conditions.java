package dev.onnxfunction.rollout.cluster;

import io.fabric8.knative.pkg.apis.Condition;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/** Reads Knative's conditions. */
final class Conditions {

    private Conditions() {}

    static Optional<Condition> find(@Nullable List<Condition> conditions, String type) {
        return conditions == null
                ? Optional.empty()
                : conditions.stream().filter(each -> type.equals(each.getType())).findFirst();
    }

    static boolean isTrue(@Nullable List<Condition> conditions, String type) {
        return find(conditions, type).filter(each -> "True".equals(each.getStatus())).isPresent();
    }

    /**
     * Such as {@code ExitCode1: Container failed with: …}. If Knative quotes the log of a container
     * there, only the last line, which says why the container ended.
     */
    static String say(Condition condition) {
        String reason = condition.getReason() == null ? "" : condition.getReason();
        String message = condition.getMessage() == null ? "" : lastLine(condition.getMessage());
        return reason + (reason.isEmpty() || message.isEmpty() ? "" : ": ") + message;
    }

    private static String lastLine(String text) {
        List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
        return lines.size() > 1 ? "… " + lines.getLast() : text.strip();
    }
}
