package dev.onnxfunction.spring.web;

import dev.onnxfunction.contract.Response;

/** Carries the answer to a request that the function refuses past Spring Cloud Function. */
final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Response response;

    RefusedException(Response response) {
        super(response.outcome(), null, false, false); // Nobody reads its stack.
        this.response = response;
    }

    Response response() {
        return response;
    }
}
