package dev.onnxfunction.http;

import dev.onnxfunction.contract.Lanes;
import dev.onnxfunction.contract.Router;
import dev.onnxfunction.observe.Observer;
import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.settings.StartException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The HTTP/1.1 server: listens, accepts connections, and stops. */
public final class HttpServer implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(HttpServer.class.getName());

    /** Bytes; Linux doubles it for its own overhead. Enough for 10 MB/s over 10 ms. */
    private static final int SEND_BUFFER = 128 * 1024;

    /** The shutdown timeout divided by this is the time in which clients may still connect. */
    private static final int OPEN_PORT_SHARE = 20;

    /** Nanoseconds for the error responses of requests that were ended. */
    private static final long TIME_FOR_ERRORS = TimeUnit.SECONDS.toNanos(2);

    /** Nanoseconds for event loops to report which requests are not answered. */
    private static final long TIME_TO_COUNT = TimeUnit.MILLISECONDS.toNanos(200);

    /** Nanoseconds for the ends of all event loops together. */
    private static final long TIME_FOR_LOOPS = TimeUnit.SECONDS.toNanos(2);

    /** The other half is for batches, and for other processes beside the function. */
    private static final int PROCESSORS_PER_LOOP = 2;

    private final Settings settings;
    private final Runnable outOfMemory;
    private final EventLoop[] loops;
    private final BatchLoops batchLoops;
    private final Lanes lanes;
    private final Defects defects = new Defects(this::outOfMemory);
    private final Connections connections = new Connections();
    private final Reserve reserve = new Reserve();
    private final ConnectionLimit limit;
    private final Listener listener;
    private volatile @Nullable Shared shared;
    private volatile @Nullable Shared crowded;
    private volatile @Nullable SocketAddress address;
    private volatile boolean ready;
    private volatile boolean stopping;

    /** Number of connections so far; only for the first event loop. */
    private int accepted;

    /**
     * Prepares everything that is possible while the model is still being loaded.
     *
     * @param outOfMemory stops this server and ends the process; called on a thread of its own
     */
    public HttpServer(Settings settings, Runnable outOfMemory) {
        this(settings, outOfMemory, usualLoops());
    }

    /**
     * @param loopCount number of event loops, 1 or more
     */
    HttpServer(Settings settings, Runnable outOfMemory, int loopCount) {
        this.settings = settings;
        this.outOfMemory = outOfMemory;
        this.limit = new ConnectionLimit(settings.limits().maxConnections());
        this.loops = new EventLoop[loopCount];
        for (int i = 0; i < loopCount; i++) {
            loops[i] = new EventLoop("http-" + i, this::failed);
        }
        this.batchLoops =
                new BatchLoops(Runtime.getRuntime().availableProcessors(), this::startBatchLoop);
        this.lanes = new Lanes(settings);
        this.listener = new Listener(loops[0], this::accept);
    }

    private static int usualLoops() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / PROCESSORS_PER_LOOP);
    }

    /**
     * Accepts connections from now on.
     *
     * @param observer notified of each response
     * @throws StartException if the address cannot be used
     */
    public void listen(Router router, Observer observer) {
        Shared all = Shared.of(settings, router, observer, defects, lanes, batchLoops);
        crowded = all.crowded();
        shared = all;
        address = bind();
        ready = true;
    }

    /** Whether it accepts requests, and goes on to do so. */
    public boolean isReady() {
        return ready;
    }

    /** Whether it listens and was not stopped. */
    public boolean isListening() {
        return address != null;
    }

    /**
     * Answers the requests that it has begun to read, for as long as the shutdown timeout allows,
     * and then ends its threads.
     *
     * @param endAll ends the calls of the model that are still running after the timeout
     */
    public void stop(Runnable endAll) {
        if (address == null) {
            return;
        }
        ready = false;
        stopping = true;
        connections.forEach(HttpConnection::stop);
        long patience = settings.server().shutdownTimeout().toNanos();
        long end = System.nanoTime() + patience;
        connections.awaitNone(patience / OPEN_PORT_SHARE);
        listener.close();
        connections.forEach(HttpConnection::closeIfIdle);
        if (!connections.awaitNone((end - System.nanoTime()) / 2)) {
            connections.forEach(HttpConnection::cutStream);
        }
        if (!connections.awaitNone(end - System.nanoTime())) {
            int unanswered = connections.unanswered(TIME_TO_COUNT);
            if (unanswered > 0) {
                // So that they get a response, even if it is an error.
                connections.forEach(HttpConnection::refuseIncomplete);
                endAll.run();
                warn(patience, unanswered);
            }
            // Only now, because on a busy machine all of the above may take longer than this.
            connections.awaitNone(TIME_FOR_ERRORS);
        }
        close(); // Before the model is closed under a request.
        address = null;
    }

    /** Ends the threads, also those of a server that has never listened. */
    @Override
    public void close() {
        listener.close();
        lanes.shutdown();
        // Does not wait for the lanes: a call of the model that does not end may hold a thread.
        for (EventLoop loop : loops) {
            loop.end();
        }
        batchLoops.end();
        long deadline = System.nanoTime() + TIME_FOR_LOOPS;
        try {
            for (EventLoop loop : loops) {
                loop.awaitEnd(deadline);
            }
            batchLoops.awaitEnd(deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The address that the server listens on. */
    public SocketAddress address() {
        SocketAddress bound = address;
        if (bound == null) {
            throw new IllegalStateException("The server does not listen.");
        }
        return bound;
    }

    private static void warn(long patience, int unanswered) {
        LOG.warning(
                () ->
                        "Requests that were not answered within %d s and are cut off: %d."
                                .formatted(TimeUnit.NANOSECONDS.toSeconds(patience), unanswered));
    }

    private SocketAddress bind() {
        Settings.Server server = settings.server();
        InetSocketAddress wanted = new InetSocketAddress(server.address(), server.port());
        try {
            SocketAddress bound = listener.bind(wanted);
            for (EventLoop loop : loops) {
                loop.start();
            }
            return bound;
        } catch (IOException | UnresolvedAddressException e) {
            throw new StartException(
                    "Nothing can listen on %s: %s.".formatted(wanted, e.getMessage()),
                    "Set PORT to a free port and server.address (SERVER_ADDRESS) to an address of"
                            + " this machine, or leave them unset.",
                    e);
        }
    }

    /** Hands a new connection to an event loop; returns whether there is room for more. */
    private boolean accept(SocketChannel channel) {
        EventLoop loop = loops[Math.floorMod(accepted++, loops.length)];
        boolean full = limit.isReached(connections.size());
        if (full) {
            connections.closeIdle();
        }
        if (loop.isCurrent() && !full) {
            serve(channel, loop);
        } else {
            loop.execute(() -> serve(channel, loop)); // After the idle ones are closed.
        }
        return !full;
    }

    private void serve(SocketChannel channel, EventLoop loop) {
        boolean beyond = limit.isReached(connections.size());
        Shared current = beyond ? crowded : shared;
        if (current == null) {
            throw new IllegalStateException("A connection came before the server listened.");
        }
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            // By default, the kernel buffers up to 4 MB for each client that does not read.
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
            HttpConnection connection =
                    new HttpConnection(
                            current, channel, loop, beyond || stopping, connections::remove);
            if (beyond) {
                reserve.add(connection, limit.reserve());
            } else {
                connections.add(connection);
            }
            if (!listener.isOpen()) { // Accepted at the last moment.
                connection.closeIfIdle();
            }
        } catch (IOException _) {
            close(channel); // The client has gone already.
        } catch (RuntimeException | Error e) {
            close(channel);
            defects.log("A connection failed and is closed.", e, null);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "A connection cannot be closed.", e);
        }
    }

    private EventLoop startBatchLoop(int index) {
        EventLoop loop = new EventLoop("batch-" + index, BatchLoops.PIECE, this::failed);
        loop.start();
        return loop;
    }

    private void failed(Throwable failure) {
        defects.log("An event loop met a defect.", failure, null);
    }

    private void outOfMemory() {
        ready = false;
        Thread.ofPlatform().name("out-of-memory").start(outOfMemory);
    }
}
