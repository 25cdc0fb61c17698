package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.FunctionProcess;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Map;

/** The runnable jar. */
class JarIT extends ProcessContract {

    JarIT() {
        super(FunctionProcess.JAR);
    }

    /** Not even while it runs, so a process that is killed leaves nothing behind. */
    @Test
    void itKeepsNoFilesInTheFolderOfTemporaryFiles(@TempDir Path folder) throws Exception {
        Map<String, String> here = Map.of("JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=" + folder);
        try (FunctionProcess _ = FunctionProcess.start(FunctionProcess.JAR, here)) {
            assertThat(folder).isEmptyDirectory();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aRuntimeThatDoesNotLoadStopsTheStartWithTwoSentences() throws Exception {
        Map<String, String> nowhere =
                Map.of("JAVA_TOOL_OPTIONS", "-Donnxruntime.native.path=/no/such/folder");
        try (FunctionProcess function = FunctionProcess.launch(FunctionProcess.JAR, nowhere)) {
            assertThat(function.exitCode()).isEqualTo(1);
            assertThat(function.output())
                    .contains("ONNX Runtime's native library does not load: ")
                    .contains("/no/such/folder")
                    .contains("Run on glibc 2.27 or newer")
                    .doesNotContain("\tat ");
        }
    }
}
