package dev.onnxfunction.rollout.cluster;

import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;

import java.util.concurrent.atomic.AtomicLong;

/** fabric8's mock of an API server, which counts the calls that may have changed an object. */
final class CountingApi extends KubernetesCrudDispatcher {

    private final AtomicLong writes = new AtomicLong();

    @Override
    public MockResponse dispatch(RecordedRequest request) {
        MockResponse response = super.dispatch(request);
        if (request.method() != HttpMethod.GET) {
            writes.incrementAndGet(); // After the change, so that none is missed.
        }
        return response;
    }

    /** The number of calls so far. */
    long writes() {
        return writes.get();
    }
}
