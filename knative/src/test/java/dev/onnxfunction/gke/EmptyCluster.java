package dev.onnxfunction.gke;

import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/** fabric8's mock of an API server on the loopback interface, and a kubeconfig for it. */
record EmptyCluster(KubernetesMockServer server) implements AutoCloseable {

    /** A strong reference, because a garbage-collected logger loses its level. */
    private static final Logger LOG = Logger.getLogger(MockWebServer.class.getName());

    static EmptyCluster start(Path kubeconfig) throws IOException {
        LOG.setLevel(Level.WARNING);
        KubernetesMockServer server =
                new KubernetesMockServer(
                        new Context(),
                        new MockWebServer(),
                        new HashMap<>(),
                        new KubernetesCrudDispatcher(),
                        false);
        server.init();
        Files.writeString(
                kubeconfig,
                """
                apiVersion: v1
                kind: Config
                current-context: empty
                contexts: [{name: empty, context: {cluster: empty, user: nobody}}]
                clusters: [{name: empty, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: nobody, user: {}}]
                """
                        .formatted(server.getPort()));
        return new EmptyCluster(server);
    }

    @Override
    public void close() {
        server.destroy();
    }
}
