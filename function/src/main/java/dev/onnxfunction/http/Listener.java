package dev.onnxfunction.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The socket that accepts connections, on one of the event loops. */
final class Listener implements EventLoop.Waiting {

    private static final Logger LOG = Logger.getLogger(Listener.class.getName());

    /** Maximum number of connections that wait to be accepted. */
    private static final int BACKLOG = 1024;

    /** Connections that are accepted before others are served. */
    private static final int AT_ONCE = 64;

    /** Nanoseconds without accepting after a failure, such as too many open files. */
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final EventLoop loop;
    private final Predicate<SocketChannel> connected;
    private final ServerSocketChannel channel;

    /**
     * @param connected gets each connection, on the event loop, and returns whether it takes more
     *     before others are served
     */
    Listener(EventLoop loop, Predicate<SocketChannel> connected) {
        this.loop = loop;
        this.connected = connected;
        try {
            this.channel = ServerSocketChannel.open();
            channel.configureBlocking(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Listens from now on; returns the address. */
    InetSocketAddress bind(InetSocketAddress address) throws IOException {
        channel.bind(address, BACKLOG);
        loop.execute(() -> accept(true));
        return (InetSocketAddress) channel.getLocalAddress();
    }

    /** Called on any thread. */
    boolean isOpen() {
        return channel.isOpen();
    }

    /** Stops listening; called on any thread. */
    @Override
    public void close() {
        try {
            channel.close();
            loop.execute(() -> {}); // So that its selector lets go of the channel.
        } catch (IOException e) {
            LOG.log(Level.WARNING, "The listening socket cannot be closed.", e);
        }
    }

    @Override
    public void ready(int operations) throws IOException {
        for (int i = 0; i < AT_ONCE; i++) {
            SocketChannel accepted = channel.accept();
            if (accepted == null || !connected.test(accepted)) {
                return;
            }
        }
    }

    @Override
    public void failed(Throwable failure) {
        if (channel.isOpen()) {
            LOG.log(
                    Level.WARNING,
                    "No connection can be accepted: "
                            + failure.getMessage()
                            + ". Trying again in 1 s. Raise the limit of open files (ulimit -n), or"
                            + " lower limits.max-connections.",
                    failure instanceof IOException ? null : failure);
            accept(false);
            loop.schedule(PAUSE, () -> accept(true));
        }
    }

    private void accept(boolean wanted) {
        if (channel.isOpen()) {
            try {
                loop.register(channel, wanted ? SelectionKey.OP_ACCEPT : 0, this);
            } catch (IOException e) {
                LOG.log(Level.WARNING, "No connection can be accepted.", e);
            }
        }
    }
}
