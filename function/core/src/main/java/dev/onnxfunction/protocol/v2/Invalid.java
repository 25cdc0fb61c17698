package dev.onnxfunction.protocol.v2;

import dev.onnxfunction.contract.RefusedException;
import dev.onnxfunction.contract.Response;

/** A request whose tensors violate the protocol or do not fit the model, whatever their values. */
final class Invalid {

    private Invalid() {}

    /**
     * Returns the exception to throw.
     *
     * @param detail what was found, what was expected, what to do
     */
    static RefusedException because(String detail) {
        return new RefusedException(Response.error(400, "Invalid tensors", detail));
    }

    /** Returns the exception for an invalid member of the request. */
    static RefusedException member(String name, String found, String wanted) {
        return because("\"" + name + "\" " + found + ", must be " + wanted + ".");
    }
}
