package dev.onnxfunction.protocol.cloudevents;

import dev.onnxfunction.contract.MediaTypes;
import dev.onnxfunction.contract.RefusedException;
import dev.onnxfunction.contract.Response;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/**
 * The relevant attributes of a received event.
 *
 * @param id received id, not empty
 * @param subject received subject; null if there is none
 * @param traceparent of the extension for distributed tracing; null if there is none
 */
record Event(String id, @Nullable String subject, @Nullable String traceparent) {

    /** The type of response events. */
    static final String PREDICTION = "dev.onnxfunction.prediction";

    /** The attributes that are read; all others are ignored. */
    static final List<String> ATTRIBUTES =
            List.of(
                    "specversion",
                    "id",
                    "source",
                    "type",
                    "subject",
                    "datacontenttype",
                    "traceparent");

    /**
     * Checks the attributes of an event (CloudEvents 1.0, section 3).
     *
     * @param attributes some of {@link #ATTRIBUTES}
     * @throws RefusedException if it is not a valid event
     */
    static Event of(Map<String, String> attributes) {
        String version = attributes.get("specversion");
        if (!"1.0".equals(version)) {
            throw invalid(
                    version == null ? "has no specversion" : "has a specversion other than 1.0",
                    "Send CloudEvents 1.0.");
        }
        for (String required : List.of("id", "source", "type")) {
            if (attributes.getOrDefault(required, "").isEmpty()) {
                throw invalid("has no " + required, "Send one that is not empty.");
            }
        }
        String contentType = attributes.get("datacontenttype");
        if (contentType != null && !MediaTypes.isOneOf(contentType, List.of(MediaTypes.JSON))) {
            throw invalid(
                    "has a datacontenttype other than application/json", "Send its data as JSON.");
        }
        if (PREDICTION.equals(attributes.get("type"))) {
            throw invalid(
                    "is a prediction itself",
                    "Filter by type, so that the function does not get its own answers.");
        }
        return new Event(
                attributes.getOrDefault("id", ""),
                attributes.get("subject"),
                attributes.get("traceparent"));
    }

    /**
     * Returns the exception for an invalid event.
     *
     * @param problem the end of a sentence that begins with "The event"
     */
    static RefusedException invalid(String problem, String remedy) {
        return new RefusedException(
                Response.error(400, "Invalid event", "The event " + problem + ". " + remedy));
    }
}
