package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * The response by which a function refuses a request.
 *
 * @param status of the answer
 * @param body of the answer, a problem document (RFC 9457) if the function itself refuses
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
record ProblemResponse(int status, byte[] body) {

    /** Number of features that are named. */
    private static final int LISTED = 3;

    private static final int TOO_LARGE = 413;

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Whether the request is beyond a limit of the function's settings. */
    boolean isTooLarge() {
        return status == TOO_LARGE;
    }

    /**
     * Status, title and faulty features, such as {@code 400 Invalid features (RM, LSTAT)}. It has
     * nothing of the request, which may be a client's.
     */
    @Override
    public String toString() {
        JsonNode problem = problem();
        List<String> features =
                StreamSupport.stream(problem.path("errors").spliterator(), false)
                        .map(error -> error.path("feature").asText(""))
                        .filter(feature -> !feature.isEmpty())
                        .distinct()
                        .limit(LISTED + 1)
                        .toList();
        String named = String.join(", ", features.subList(0, Math.min(LISTED, features.size())));
        String more = features.size() > LISTED ? ", …" : "";
        return (status + " " + problem.path("title").asText("")).strip()
                + (named.isEmpty() ? "" : " (" + named + more + ")");
    }

    private JsonNode problem() {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            return JSON.missingNode();
        }
    }
}
