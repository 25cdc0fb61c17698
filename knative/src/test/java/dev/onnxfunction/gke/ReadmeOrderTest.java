package dev.onnxfunction.gke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.gke.Sandbox.Run;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The README's commands, run in their order: from an empty project to public, back, and to
 * teardown.
 */
@Tag("slow")
class ReadmeOrderTest {

    private static final String COMMAND =
            "(gcloud|kubectl|knative/gke/(setup|teardown)|openssl|key=|export) ?.*";

    /** Commands that do not end, or need a terminal, Java or a server. */
    private static final String LEFT_OUT = "kubectl port-forward .*|curl localhost.*|java .*";

    @TempDir private Path folder;

    @Test
    void eachIsAcceptedAndNothingIsLeft() throws Exception {
        Sandbox cloud = new Sandbox(folder);
        cloud.copyManifests();
        List<String> blocks = blocks();
        assertThat(blocks).hasSizeGreaterThan(12);

        boolean wasPublic = false;
        for (String block : blocks) {
            Run run = cloud.run(cloud.copy(), Map.of(), List.of("sh", "-e", "-c", block));

            assertThat(run.exit()).as("%s%n%s", block, run.output()).isZero();
            wasPublic |= Files.exists(folder.resolve("certificate-onnx-function-3507526233"));
        }

        assertThat(wasPublic).isTrue();
        assertThat(cloud.state().keySet()).noneMatch(name -> name.matches(SetupTest.COSTS));
    }

    /** The blocks of commands, with values in place of the words in capitals. */
    private static List<String> blocks() throws IOException {
        List<String> blocks = new ArrayList<>();
        StringBuilder block = new StringBuilder();
        String text = Files.readString(Sandbox.ROOT.resolve("knative/gke/README.md"));
        // The keys are rotated while the function is public.
        String private_ = "    knative/gke/setup --private ";
        text = text.replaceFirst("(?m)^" + private_ + ".*\n", "");
        text = text.replace("## What it costs\n", private_ + "\n\n## What it costs\n");
        for (String line : (text.replace("\\\n", " ") + "\n").split("\n", -1)) {
            if (line.matches(" {4,7}\\S.*") || line.matches(" {8,}\\S.*")) {
                String command = line.strip();
                if (!command.matches(LEFT_OUT)) {
                    block.append(command).append('\n');
                }
            } else {
                if (block.toString().lines().findFirst().orElse("").matches(COMMAND)) {
                    blocks.add(filledIn(block.toString()));
                }
                block.setLength(0);
            }
        }
        return blocks;
    }

    private static String filledIn(String block) {
        return block.replace("OWNER/NAME", "me/my-function")
                .replace("=ACCOUNT", "=012345-6789AB-CDEF01")
                .replace("REVISION", "onnx-function-1")
                .replace("log --region=global BUILD", "log --region=global b1")
                .replaceAll("(?m)knative/gke/teardown$", "knative/gke/teardown --yes");
    }
}
