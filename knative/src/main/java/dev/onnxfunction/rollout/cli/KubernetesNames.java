package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.engine.Exit;

import java.util.regex.Pattern;

/** Checks names by the rules of Kubernetes. */
final class KubernetesNames {

    private static final Pattern SERVICE = Pattern.compile("[a-z]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private KubernetesNames() {}

    /** Returns the name, or refuses one that no Service can have. */
    static String service(String name) {
        return checked("Service", name, SERVICE);
    }

    /** Returns the name, or refuses one that no namespace can have. */
    static String namespace(String name) {
        return checked("namespace", name, NAMESPACE);
    }

    private static String checked(String what, String name, Pattern form) {
        if (!form.matcher(name).matches()) {
            throw new RefusalException(
                    Exit.REFUSED,
                    "No %s can be named '%s'. Give up to 63 of a-z, 0-9 and '-', such as onnx-function."
                            .formatted(what, name));
        }
        return name;
    }
}
