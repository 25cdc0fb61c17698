package dev.onnxfunction.rollout.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A kubeconfig as kubectl reads it, with the namespace {@code models}. */
final class Kubeconfig {

    private Kubeconfig() {}

    /** Writes a kubeconfig to a folder. */
    static Path of(String server, Path folder) throws IOException {
        return Files.writeString(
                folder.resolve("kubeconfig"),
                """
                apiVersion: v1
                kind: Config
                current-context: test
                contexts: [{name: test, context: {cluster: test, user: test, namespace: models}}]
                clusters: [{name: test, cluster: {server: "%s"}}]
                users: [{name: test, user: {}}]
                """
                        .formatted(server));
    }
}
