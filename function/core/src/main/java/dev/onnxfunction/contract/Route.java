package dev.onnxfunction.contract;

import org.jspecify.annotations.Nullable;

/**
 * Where a request goes, or why it is refused.
 *
 * @param path that it asks for, without the query
 * @param endpoint at that path; null if there is none
 * @param refusal the answer, if its head is reason enough to refuse it
 * @param malformed whether it breaks the rules of its protocol, so that nobody knows where its body
 *     ends
 * @param rollout whether it has a rollout's key, so that it does not count as a client's
 */
public record Route(
        String path,
        @Nullable Endpoint endpoint,
        @Nullable Response refusal,
        boolean malformed,
        boolean rollout) {}
