package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/** A connection of an event loop with a client on this machine. */
@Timeout(300)
class TransportTest implements Transport.Handler {

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final EventLoop loop = new EventLoop("test", e -> events.add("defect " + e));
    private Socket client = new Socket();
    private Transport transport;

    private volatile Runnable onClosed = () -> {};

    @BeforeEach
    void connect() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            client.setReceiveBufferSize(8 * 1024);
            client.connect(server.getLocalAddress());
            SocketChannel channel = server.accept();
            channel.configureBlocking(false);
            loop.start();
            transport = onLoop(() -> new Transport(channel, new ConnectionLoop(loop), this));
        }
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        loop.end();
    }

    @Test
    void whatArrivesIsPassedOn() throws Exception {
        client.getOutputStream().write('a');
        assertThat(events.take()).isEqualTo("received a");

        onLoop(() -> read(false));
        client.getOutputStream().write('b');
        turn();
        assertThat(events).isEmpty();
        onLoop(() -> read(true));
        assertThat(events.take()).isEqualTo("received b");
    }

    /** Between two pieces, a batch of each other connection might be answered. */
    @Test
    void aLoopForBatchesReadsABatchThatHasArrivedAtOnce() throws Exception {
        EventLoop batches = new EventLoop("batches", BatchLoops.PIECE, _ -> {});
        try (ServerSocketChannel server = ServerSocketChannel.open();
                Socket from = new Socket()) {
            server.setOption(StandardSocketOptions.SO_RCVBUF, BatchLoops.PIECE);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            from.connect(server.getLocalAddress());
            SocketChannel channel = server.accept();
            channel.configureBlocking(false);
            new Transport(channel, new ConnectionLoop(batches), this);
            String batch = "a".repeat(2 * EventLoop.PIECE);

            from.getOutputStream().write(batch.getBytes(StandardCharsets.US_ASCII));
            batches.start();

            assertThat(events.take()).isEqualTo("received " + batch);
        } finally {
            batches.end();
        }
    }

    /** What the connection held is free for the next one of a client that sees the end. */
    @Test
    void theHandlerIsNotifiedBeforeTheClientSeesTheEnd() throws Exception {
        onClosed = () -> events.add("end seen: " + hasEnded());

        transport.closeLater();

        assertThat(events.take()).isEqualTo("end seen: false");
        assertThat(events.take()).isEqualTo("closed");
        turn();
        assertThat(hasEnded()).isTrue();
    }

    /** Whether the client sees the end within a moment. */
    private boolean hasEnded() {
        try {
            client.setSoTimeout(200);
            return client.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** The socket of a client that has stopped sending stays readable for ever. */
    @Test
    void theClientsEndIsNotifiedOnce() throws Exception {
        client.shutdownOutput();
        assertThat(events.take()).isEqualTo("input closed");

        onLoop(() -> read(true));
        turn();

        assertThat(events).isEmpty();
        onLoop(() -> write(1));
        assertThat(client.getInputStream().read()).isEqualTo('x');
    }

    @Test
    void whatTheClientDoesNotReadWaits() throws Exception {
        int length = 20_000_000;

        onLoop(() -> write(length));
        long waiting = onLoop(() -> transport.waitingBytes());

        assertThat(waiting).isBetween(1L, length - 1L);
        assertThat((long) onLoop(() -> transport.memory())).isEqualTo(length);
        assertThat(client.getInputStream().readNBytes(length)).isEqualTo(text(length));
        while (onLoop(() -> transport.memory()) > 0) {
            turn();
        }
        assertThat(events).isNotEmpty().containsOnly("sent");
        assertThat((long) onLoop(() -> transport.waitingBytes())).isZero();
    }

    /** Otherwise a connection that has paused until then would wait for ever. */
    @Test
    void sentIsNotifiedAlsoIfAFlushWasFasterThanTheSelector() throws Exception {
        int length = 20_000_000;

        int left =
                onLoop(
                        () -> {
                            write(length);
                            int unread = length;
                            while (transport.waitingBytes() > 0) {
                                unread -= client.getInputStream().read(new byte[8 * 1024]);
                                transport.flush();
                            }
                            return unread;
                        });
        client.getInputStream().readNBytes(left);

        assertThat(events.take()).isEqualTo("sent");
        turn();
        assertThat(events).isEmpty();
    }

    @Test
    void aResetClosesItOnce() throws Exception {
        client.setSoLinger(true, 0);
        client.close();

        assertThat(events.take()).startsWith("failed java.");
        assertThat(events.take()).isEqualTo("closed");
        assertThat(transport.isOpen()).isFalse();
        transport.closeLater();
        onLoop(() -> write(1));
        assertThat(events).isEmpty();
    }

    @Test
    void theEndOfTheLoopClosesIt() throws Exception {
        loop.end();
        loop.awaitEnd(System.nanoTime() + 10_000_000_000L);

        assertThat(events).containsExactly("closed");
        assertThat(client.getInputStream().read()).isNegative();
    }

    @Test
    void timersRunInTheirOrderUnlessCancelled() throws Exception {
        onLoop(
                () -> {
                    loop.schedule(20_000_000, () -> events.add("second"));
                    EventLoop.Timer never = loop.schedule(1_000_000, () -> events.add("never"));
                    loop.schedule(10_000_000, () -> events.add("first"));
                    loop.cancel(never);
                    return true;
                });

        assertThat(events.take()).isEqualTo("first");
        assertThat(events.take()).isEqualTo("second");
    }

    @Test
    void aFailedTaskStopsNothing() throws Exception {
        loop.execute(
                () -> {
                    throw new IllegalStateException("odd");
                });

        assertThat(events.take()).contains("defect", "odd");
        turn();
    }

    private boolean read(boolean wanted) {
        transport.read(wanted);
        return true;
    }

    private boolean write(int length) {
        transport.write(text(length), 0, length);
        transport.flush();
        return true;
    }

    private static byte[] text(int length) {
        return "x".repeat(length).getBytes(StandardCharsets.US_ASCII);
    }

    /** Lets the loop look at its sockets several times. */
    private void turn() throws Exception {
        for (int i = 0; i < 5; i++) {
            onLoop(() -> true);
        }
    }

    private <T> T onLoop(Action<T> action) {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(
                () -> {
                    try {
                        result.complete(action.run());
                    } catch (IOException | RuntimeException e) {
                        result.completeExceptionally(e);
                    }
                });
        return result.join();
    }

    private interface Action<T> {
        T run() throws IOException;
    }

    @Override
    public void received(ByteBuffer bytes) {
        events.add("received " + StandardCharsets.US_ASCII.decode(bytes));
    }

    @Override
    public void inputClosed() {
        events.add("input closed");
    }

    @Override
    public void sent() {
        events.add("sent");
    }

    @Override
    public void closed() {
        onClosed.run();
        events.add("closed");
    }

    @Override
    public void failed(Throwable failure) {
        events.add("failed " + failure);
        transport.close();
    }
}
