package dev.onnxfunction.gke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.gke.Sandbox.Run;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** Starts each test in the state after a first run of {@code setup}. */
abstract class AfterSetup {

    @TempDir private static Path reference;
    private static Sandbox complete;

    @TempDir Path folder;

    /** The cloud as that run left it, for this test alone. */
    Sandbox cloud;

    @BeforeAll
    static void setUpOnce() throws Exception {
        complete = new Sandbox(reference);
        Run run = complete.script("setup", "--project", "my-project", "--github", "me/my-function");
        assertThat(run.exit()).as(run.output()).isZero();
    }

    @BeforeEach
    void setUp() throws Exception {
        cloud = Sandbox.like(complete, folder);
    }
}
