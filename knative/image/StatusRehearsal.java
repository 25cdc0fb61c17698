package knative.image;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs {@code rollout status} against a fake API server with one Service and its two revisions, so
 * that the JVM records the classes.
 */
final class StatusRehearsal {

    private static final String REVISION =
            """
            {"apiVersion": "serving.knative.dev/v1", "kind": "Revision",
             "metadata": {"name": "f-%1$d", "namespace": "models", "uid": "%1$d", "resourceVersion": "%1$d",
               "generation": 1, "creationTimestamp": "2026-01-01T00:00:0%1$dZ",
               "labels": {"serving.knative.dev/service": "f", "serving.knative.dev/configurationGeneration": "%1$d"},
               "annotations": {"rollout.onnxfunction.dev/source": "12ab"}},
             "spec": {"containerConcurrency": 64, "timeoutSeconds": 30, "containers": [
               {"image": "example.com/f@sha256:12ab", "env": [{"name": "A", "value": "b"}],
                "ports": [{"containerPort": 8080}], "resources": {"requests": {"cpu": "500m"}},
                "securityContext": {"runAsNonRoot": true, "capabilities": {"drop": ["ALL"]}},
                "readinessProbe": {"httpGet": {"path": "/"}},
                "volumeMounts": [{"name": "keys", "mountPath": "/keys"}]}],
               "volumes": [{"name": "keys", "secret": {"secretName": "keys"}}]},
             "status": {"observedGeneration": 1, "conditions": [{"type": "Ready", "status": "True"}]}}
            """;

    private static final String SERVICE =
            """
            {"apiVersion": "serving.knative.dev/v1", "kind": "Service",
             "metadata": {"name": "f", "namespace": "models", "uid": "f", "resourceVersion": "7", "generation": 1,
               "creationTimestamp": "2026-01-01T00:00:00Z", "annotations": {
                 "rollout.onnxfunction.dev/id": "12ab34cd", "rollout.onnxfunction.dev/candidate": "f-2",
                 "rollout.onnxfunction.dev/live": "f-1", "rollout.onnxfunction.dev/plan": "1,10,50,100",
                 "rollout.onnxfunction.dev/hold": "PT1M", "rollout.onnxfunction.dev/deadline": "PT5M",
                 "rollout.onnxfunction.dev/phase": "running", "rollout.onnxfunction.dev/stage": "1",
                 "rollout.onnxfunction.dev/since": "2026-01-01T00:00:00Z"}},
             "spec": {"template": {"metadata": {"name": "f-2"}, "spec": {"containers": [
                 {"image": "example.com/f@sha256:12ab"}]}},
               "traffic": [{"revisionName": "f-1", "percent": 99, "tag": "live"},
                 {"revisionName": "f-2", "percent": 1, "tag": "candidate"}]},
             "status": {"observedGeneration": 1, "latestReadyRevisionName": "f-2", "latestCreatedRevisionName": "f-2",
               "conditions": [{"type": "Ready", "status": "True"}, {"type": "RoutesReady", "status": "True"}],
               "traffic": [{"revisionName": "f-1", "percent": 99, "tag": "live", "url": "http://live-f.models"},
                 {"revisionName": "f-2", "percent": 1, "tag": "candidate", "url": "http://candidate-f.models"}]}}
            """;

    private StatusRehearsal() {}

    /**
     * Fails if the command does not print the address of the candidate.
     *
     * @param java the JVM with its options
     */
    static void of(ProcessBuilder java, String main) throws Exception {
        HttpServer api =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/", StatusRehearsal::answer);
        api.start();
        Path kubeconfig = kubeconfig(api.getAddress().getPort());
        try {
            java.command().addAll(List.of(main, "status", "f"));
            java.environment().put("KUBECONFIG", kubeconfig.toString());
            Process status = java.start();
            String said =
                    new String(status.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (status.waitFor() != 0 || !said.contains("candidate: http://candidate-f.models")) {
                throw new IllegalStateException("'rollout status' does not work: " + said);
            }
        } finally {
            api.stop(0);
            Files.delete(kubeconfig);
        }
    }

    private static void answer(HttpExchange exchange) throws IOException {
        boolean one = exchange.getRequestURI().getPath().endsWith("/services/f");
        String list =
                """
                {"apiVersion": "serving.knative.dev/v1", "kind": "RevisionList",
                 "metadata": {"resourceVersion": "7"}, "items": [%s, %s]}
                """
                        .formatted(REVISION.formatted(1), REVISION.formatted(2));
        byte[] body = (one ? SERVICE : list).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static Path kubeconfig(int port) throws IOException {
        return Files.writeString(
                Files.createTempFile("kubeconfig", null),
                """
                apiVersion: v1
                kind: Config
                current-context: rehearsal
                contexts: [{name: rehearsal, context: {cluster: rehearsal, user: rehearsal, namespace: models}}]
                clusters: [{name: rehearsal, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: rehearsal, user: {token: none}}]
                """
                        .formatted(port));
    }
}
