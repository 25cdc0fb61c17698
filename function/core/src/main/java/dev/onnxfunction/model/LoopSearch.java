package dev.onnxfunction.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Searches a model file for the operators {@code Loop} and {@code Scan}: the time of such a graph
 * may depend on the values of a row, so measurements of other rows do not bound it.
 *
 * <p>A node names its operator in field 4 of the message {@code NodeProto}, so this searches for
 * these bytes anywhere: in the graph, in a subgraph or in a function. A false match in the weights
 * only costs a little speed.
 */
final class LoopSearch {

    private static final byte[][] NODES = {node("Loop"), node("Scan")};

    private static final int LENGTH = NODES[0].length;

    private static final int READ_AT_ONCE = 1 << 16;

    private LoopSearch() {}

    /** Whether they may be in the model. */
    static boolean in(byte[] model) {
        return in(ByteBuffer.wrap(model));
    }

    /** Whether they may be in the model. */
    static boolean in(Path file) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(READ_AT_ONCE);
        try (FileChannel channel = FileChannel.open(file)) {
            while (channel.read(buffer) >= 0) {
                buffer.flip();
                if (in(buffer)) {
                    return true;
                }
                buffer.position(Math.max(0, buffer.limit() - LENGTH + 1)).compact();
            }
        }
        return false;
    }

    private static boolean in(ByteBuffer bytes) {
        for (int i = 0; i <= bytes.limit() - LENGTH; i++) {
            if (bytes.get(i) == NODES[0][0] && isNode(bytes.slice(i, LENGTH))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isNode(ByteBuffer bytes) {
        for (byte[] node : NODES) {
            if (bytes.equals(ByteBuffer.wrap(node))) {
                return true;
            }
        }
        return false;
    }

    private static byte[] node(String operator) {
        int tag = 4 << 3 | 2;
        return ((char) tag + "" + (char) operator.length() + operator)
                .getBytes(StandardCharsets.US_ASCII);
    }
}
