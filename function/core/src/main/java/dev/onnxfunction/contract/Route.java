package dev.onnxfunction.contract;

import dev.onnxfunction.json.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.util.function.Function;

/**
 * The endpoint of a request, or the reason to refuse it.
 *
 * @param path requested path, without the query
 * @param endpoint endpoint at that path; null if there is none
 * @param refusal error response if the head alone is refused; null otherwise
 * @param malformed whether it violates HTTP, so that the end of its body is unknown
 * @param rollout whether it has a rollout's key, so that it does not count as a client's
 * @param refusals how the protocol at this path writes an error; null for the problem document
 */
public record Route(
        String path,
        @Nullable Endpoint endpoint,
        @Nullable Response refusal,
        boolean malformed,
        boolean rollout,
        @Nullable Function<Problem, JsonWriter> refusals) {

    /** Returns a response in the form of the protocol at this path; only errors may differ. */
    public Response present(Response answer) {
        Problem problem = answer.problem();
        return refusals == null || problem == null
                ? answer
                : answer.with(MediaTypes.JSON, refusals.apply(problem));
    }
}
