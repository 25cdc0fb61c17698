package dev.onnxfunction.rollout.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;

import org.junit.jupiter.api.Test;

class ApiCallsTest {

    @Test
    void aConflictWithKnativeIsNoRiddle() {
        assertThat(ApiCalls.problem(refusal(409, "Conflict", "Operation cannot be fulfilled")))
                .isEqualTo(
                        "The API server answers 409: Knative or somebody else wrote at the same"
                                + " time.");
        assertThat(ApiCalls.problem(refusal(409, "AlreadyExists", "f-1 already exists")))
                .isEqualTo("The API server answers 409: f-1 already exists.");
    }

    private static KubernetesClientException refusal(int code, String reason, String message) {
        return new KubernetesClientException(
                new StatusBuilder().withCode(code).withReason(reason).withMessage(message).build());
    }
}
