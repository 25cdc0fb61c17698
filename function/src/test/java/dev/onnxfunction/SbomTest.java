package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

import javax.tools.ToolProvider;

/** The SBOM names the base image, whichever form the image's name has. */
class SbomTest {

    private static final String DIGEST = "0123456789abcdef".repeat(4);

    private static Method container;

    @BeforeAll
    static void compile(@TempDir Path classes) throws Exception {
        int failed =
                ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-d", classes.toString(), "image/Sbom.java");
        assertThat(failed).isZero();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
            container =
                    loader.loadClass("function.image.Sbom")
                            .getDeclaredMethod("container", String.class);
            container.setAccessible(true);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "docker.io/library/debian:13.7-slim@sha256:DIGEST, docker.io/library/debian, 13.7-slim,"
                + " DIGEST",
        "debian:13.7-slim,                                 debian,                   13.7-slim, ''",
        "localhost:5000/base@sha256:DIGEST,                localhost:5000/base,      '',       "
                + " DIGEST",
        "localhost:5000/base,                              localhost:5000/base,      '',        ''",
    })
    void theBaseImageHasItsNameTagAndDigest(
            String image, String name, String version, String digest) throws Exception {
        String component = (String) container.invoke(null, image.replace("DIGEST", DIGEST));

        JsonNode json = JsonMapper.shared().readTree(component);
        assertThat(json.get("name").asString()).isEqualTo(name);
        assertThat(json.get("version").asString()).isEqualTo(version);
        assertThat(json.at("/hashes/0/content").asString(""))
                .isEqualTo(digest.replace("DIGEST", DIGEST));
    }
}
