package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.engine.Exit;

import java.util.regex.Pattern;

/** Names as Kubernetes takes them. */
final class Names {

    private static final Pattern SERVICE = Pattern.compile("[a-z]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private Names() {}

    /** The same, unless no Service can have this name. */
    static String service(String name) {
        return checked("Service", name, SERVICE);
    }

    /** The same, unless no namespace can have this name. */
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
