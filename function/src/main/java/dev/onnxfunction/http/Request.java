package dev.onnxfunction.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpRequest;

import org.jspecify.annotations.Nullable;

/**
 * A request that has come with its whole body, or whose body is refused. Close it to give its
 * memory back.
 *
 * @param head what comes before the body; its decoder result tells whether it is HTTP
 * @param body empty where it is refused
 * @param refusal the answer, if the body is refused
 * @param memory that the body is counted in
 * @param counted bytes of the body that are
 */
record Request(
        HttpRequest head, ByteBuf body, @Nullable Answer refusal, BodyMemory memory, int counted)
        implements AutoCloseable {

    /** A request without a body, or refused for it. */
    static Request without(HttpRequest head, @Nullable Answer refusal, BodyMemory memory) {
        return new Request(head, Unpooled.EMPTY_BUFFER, refusal, memory, 0);
    }

    @Override
    public void close() {
        body.release();
        memory.giveBack(counted);
    }
}
