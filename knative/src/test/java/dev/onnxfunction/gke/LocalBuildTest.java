package dev.onnxfunction.gke;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The steps of a build run on this machine as in the file. */
class LocalBuildTest {

    private static final String FILE =
            """
            steps:
              - id: one
                name: sh:1.0.0
                entrypoint: sh
                args: [-c, 'echo "one $$GREETING $$JAVA_HOME" >>$_FOLDER/said']
                env: ['GREETING=${_GREETING}', CACHE=/cache, JAVA_HOME=/java]
                volumes: [{name: cache, path: /cache}, {name: java, path: /java}]
                timeout: 60s
              - id: two
                name: sh:1.0.0
                entrypoint: sh
                args: [-c, 'echo two >>said; exit 7']
                timeout: 60s
              - id: three
                name: sh:1.0.0
                entrypoint: sh
                args: [-c, 'echo "three $${CACHE-no cache}" >>said']
                timeout: 60s
            substitutions:
              _GREETING: hello $_WHOM
              _WHOM: ${COMMIT_SHA}
              _FOLDER: .
            """;

    @TempDir private Path folder;
    private LocalBuild build;

    @BeforeEach
    void read() throws Exception {
        Path file = Files.writeString(folder.resolve("cloudbuild.yaml"), FILE);
        build = new LocalBuild(CloudBuild.read(file), folder, Map.of("COMMIT_SHA", "c0ffee"));
    }

    @Test
    void theyRunInTheOrderOfTheFileWithWhatReplacesTheNames() throws Exception {
        assertThat(build.run(List.of("three", "one"))).isZero();

        assertThat(folder.resolve("said"))
                .hasContent(
                        "one hello c0ffee " + System.getProperty("java.home") + "\nthree no cache");
    }

    @Test
    void theFirstThatFailsEndsIt() throws Exception {
        assertThat(build.run(List.of("two", "three"))).isEqualTo(7);

        assertThat(folder.resolve("said")).hasContent("two");
    }

    @Test
    void anUnknownStepIsRefusedBeforeAnyRuns() throws Exception {
        assertThat(build.run(List.of("one", "four"))).isEqualTo(2);

        assertThat(folder.resolve("said")).doesNotExist();
    }
}
