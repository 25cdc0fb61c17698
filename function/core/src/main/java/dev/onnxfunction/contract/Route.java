package dev.onnxfunction.contract;

import dev.onnxfunction.json.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.util.function.Function;

/**
 * Where a request goes, or why it is refused.
 *
 * @param path that it asks for, without the query
 * @param endpoint at that path; null if there is none
 * @param refusal the answer, if its head is reason enough to refuse it
 * @param malformed whether it breaks the rules of its protocol, so that nobody knows where its body
 *     ends
 * @param rollout whether it has a rollout's key, so that it does not count as a client's
 * @param refusals how the protocol at this path writes a problem; null for the problem document
 */
public record Route(
        String path,
        @Nullable Endpoint endpoint,
        @Nullable Response refusal,
        boolean malformed,
        boolean rollout,
        @Nullable Function<Problem, JsonWriter> refusals) {

    /** An answer as the protocol at this path writes it: only problems may differ. */
    public Response present(Response answer) {
        Problem problem = answer.problem();
        return refusals == null || problem == null
                ? answer
                : answer.with(MediaTypes.JSON, refusals.apply(problem));
    }
}
