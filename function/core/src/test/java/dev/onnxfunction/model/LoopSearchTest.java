package dev.onnxfunction.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.OnnxGraph;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class LoopSearchTest {

    @TempDir private Path folder;

    @Test
    void areFoundInAFile() throws IOException {
        assertThat(LoopSearch.in(OnnxGraph.counting().write(folder))).isTrue();
    }

    @Test
    void areNotFoundWhereThereAreNone() throws IOException {
        assertThat(LoopSearch.in(OnnxGraph.linear(1, 2).write(folder))).isFalse();
    }

    /** The file is read in blocks; the name may span two of them, or end the file. */
    @Test
    void areFoundWhereverTheyAre() throws IOException {
        Path file = folder.resolve("any");
        byte[] node = {0x22, 4, 'S', 'c', 'a', 'n'};
        int piece = 1 << 16;
        for (int at = piece - node.length - 1; at <= piece + 1; at++) {
            byte[] bytes = new byte[at + node.length];
            System.arraycopy(node, 0, bytes, at, node.length);
            Files.write(file, bytes);
            assertThat(LoopSearch.in(file)).as("at %s", at).isTrue();
            assertThat(LoopSearch.in(bytes)).as("at %s", at).isTrue();
        }
    }
}
