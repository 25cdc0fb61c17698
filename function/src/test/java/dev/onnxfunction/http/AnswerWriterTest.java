package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.contract.Response;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** What becomes of the arrays of bodies while a client does not read. */
class AnswerWriterTest {

    private static final int LENGTH = 100_000;

    /** More than the buffers of a connection hold. */
    private static final int UNREAD = 64 << 20;

    /** Never started: the test is its thread. */
    private final EventLoop loop = new EventLoop("test", _ -> {});

    private final byte[] body = new byte[LENGTH];
    private SocketChannel client;
    private Transport transport;
    private AnswerWriter writer;

    @BeforeEach
    void connect() throws IOException {
        ConnectionLoop place = new ConnectionLoop(loop);
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            client = SocketChannel.open(server.getLocalAddress());
            SocketChannel accepted = server.accept();
            accepted.configureBlocking(false);
            transport = new Transport(accepted, place, new Ignoring());
        }
        writer = new AnswerWriter(transport, new Memory(UNREAD).share(), place);
        transport.write(new byte[UNREAD], 0, UNREAD);
        writer.flush();
        assertThat(transport.waitingBytes()).isPositive();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        loop.end();
    }

    /** It no longer counts as memory for bodies. */
    @Test
    void aBodyIsFreeAtOnceIfItsResponseIsElsewhere() {
        writer.recycle(body, Response.ok("text/plain", "x".repeat(LENGTH)));

        assertThat(loop.spares.take(LENGTH)).isSameAs(body);
    }

    @Test
    void aBodyThatHoldsItsResponseIsFreeWhenItIsSent() throws IOException {
        writer.recycle(body, Response.ok("text/plain", body, LENGTH));
        assertThat(loop.spares.take(LENGTH)).isNotSameAs(body);

        client.configureBlocking(false);
        ByteBuffer received = ByteBuffer.allocate(1 << 20);
        while (transport.waitingBytes() > 0) {
            client.read(received.clear());
            writer.flush();
        }

        assertThat(loop.spares.take(LENGTH)).isSameAs(body);
    }

    private static final class Ignoring implements Transport.Handler {

        @Override
        public void received(ByteBuffer bytes) {}

        @Override
        public void inputClosed() {}

        @Override
        public void sent() {}

        @Override
        public void closed() {}

        @Override
        public void failed(Throwable failure) {
            throw new IllegalStateException(failure);
        }
    }
}
