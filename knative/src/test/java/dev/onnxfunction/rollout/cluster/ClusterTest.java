package dev.onnxfunction.rollout.cluster;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

import java.io.IOException;
import java.util.Locale;

/** Tests that share a cluster. Each has a Service of its own, which a first revision serves. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ClusterTest {

    TestCluster cluster;

    /** Name of the Service: that of the test. */
    String name;

    @BeforeAll
    final void start() throws IOException {
        cluster = new TestCluster();
    }

    @AfterAll
    final void stop() {
        cluster.close();
    }

    @BeforeEach
    final void serve(TestInfo test) {
        name = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
        cluster.api.heal();
        cluster.output.reset();
        cluster.serve(name);
    }

    @AfterEach
    final void leave() {
        cluster.meanwhile = _ -> {};
    }
}
