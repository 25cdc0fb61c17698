package dev.onnxfunction.protocol;

import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.RowStreaming;
import dev.onnxfunction.contract.ServedModel;
import dev.onnxfunction.protocol.cloudevents.RootEndpoints;
import dev.onnxfunction.protocol.csv.CsvFormat;
import dev.onnxfunction.protocol.invocations.InvocationsEndpoints;
import dev.onnxfunction.protocol.v1.V1Endpoints;
import dev.onnxfunction.protocol.v2.V2Endpoints;
import dev.onnxfunction.settings.Protocol;
import dev.onnxfunction.settings.Settings;

import java.util.ArrayList;
import java.util.List;

/** The endpoints of all protocols that are on. */
public final class Protocols {

    private Protocols() {}

    /** Loads no class of a protocol that is off, and only the endpoints of one that is on. */
    public static List<Endpoint> endpoints(ServedModel served) {
        Settings.Http http = served.settings().http();
        List<Endpoint> endpoints = new ArrayList<>();
        if (http.speaks(Protocol.V2) && !served.composition().hasFunctions()) {
            endpoints.addAll(V2Endpoints.of(served));
        }
        if (http.speaks(Protocol.V1)) {
            endpoints.addAll(V1Endpoints.of(served));
        }
        if (http.speaks(Protocol.INVOCATIONS)) {
            endpoints.addAll(InvocationsEndpoints.of(served));
        }
        if (http.speaks(Protocol.NDJSON)) {
            endpoints.add(RowStreaming.endpoint("/predict", served));
        }
        if (http.speaks(Protocol.CSV) && served.composition().before().isEmpty()) {
            endpoints.add(CsvFormat.endpoint("/predict", served));
        }
        if (http.speaks(Protocol.CLOUDEVENTS) || http.speaks(Protocol.FUNC)) {
            endpoints.addAll(RootEndpoints.of(served));
        }
        return endpoints;
    }
}
