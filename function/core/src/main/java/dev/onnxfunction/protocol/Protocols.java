package dev.onnxfunction.protocol;

import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.ServedModel;

import java.util.ArrayList;
import java.util.List;

/** The endpoints of all protocols that are on. */
public final class Protocols {

    private Protocols() {}

    /** Loads nothing of a protocol that is off, and of one that is on what its endpoints are. */
    public static List<Endpoint> endpoints(ServedModel served) {
        return new ArrayList<>();
    }
}
