package dev.onnxfunction.gke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.gke.Sandbox.Run;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/**
 * Starts each test in the state after a first run of {@code setup}. Nothing is static, because two
 * classes run at a time.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class AfterSetup {

    private Sandbox complete;

    @TempDir Path folder;

    /** The cloud as that run left it, for this test alone. */
    Sandbox cloud;

    @BeforeAll
    void setUpOnce(@TempDir Path reference) throws Exception {
        complete = new Sandbox(reference);
        Run run = complete.script("setup", "--project", "my-project", "--github", "me/my-function");
        assertThat(run.exit()).as(run.output()).isZero();
    }

    @BeforeEach
    void setUp() throws Exception {
        cloud = Sandbox.like(complete, folder);
    }
}
