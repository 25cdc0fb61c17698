package dev.onnxfunction.protocol.v2;

import dev.onnxfunction.contract.Problem;
import dev.onnxfunction.contract.RefusedException;

/** A request whose tensors are not what the protocol or the model demands, whatever is in them. */
final class Invalid {

    private Invalid() {}

    /**
     * The refusal to throw.
     *
     * @param detail what was found, what was expected, what to do
     */
    static RefusedException because(String detail) {
        return new RefusedException(Problem.of(400, "Invalid tensors", detail));
    }

    /** A member of the request is not what it must be. */
    static RefusedException member(String name, String found, String wanted) {
        return because("\"" + name + "\" " + found + ", must be " + wanted + ".");
    }
}
