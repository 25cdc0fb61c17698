package dev.onnxfunction.http;

import dev.onnxfunction.contract.Lanes;
import dev.onnxfunction.contract.Router;
import dev.onnxfunction.observe.Observer;
import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.settings.StartException;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.logging.Logger;

/** The HTTP/1.1 server: listens, accepts connections, and stops. */
public final class HttpServer implements AutoCloseable {

    static {
        // Without this, Netty searches the class path for two other logging libraries.
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
    }

    private static final Logger LOG = Logger.getLogger(HttpServer.class.getName());

    private static final int BACKLOG = 1024;

    /** Bytes; Linux doubles it for its own overhead. Enough for 10 MB/s over 10 ms. */
    private static final int SEND_BUFFER = 128 * 1024;

    /** Share of the shutdown timeout during which clients may still connect. */
    private static final int FAREWELL_SHARE = 20;

    /** Milliseconds for the error responses of requests that were ended. */
    private static final int LAST_WORDS = 2000;

    /** The other half is for workers, and for other processes beside the function. */
    private static final int PROCESSORS_PER_LOOP = 2;

    private final Settings settings;
    private final Runnable outOfMemory;
    private final EventLoopGroup loops;
    private final Lanes lanes;
    private final ChannelGroup connections;
    private final Reserve reserve = new Reserve();
    private final ChannelFuture socket;
    private volatile @Nullable Shared shared;
    private volatile @Nullable Shared crowded;
    private volatile @Nullable Channel listener;
    private volatile boolean ready;
    private volatile boolean stopping;

    /**
     * Prepares everything that is possible while the model is still being loaded.
     *
     * @param outOfMemory stops this server and ends the process; called once, on a thread of its
     *     own
     */
    public HttpServer(Settings settings, Runnable outOfMemory) {
        int loopCount =
                Math.max(1, Runtime.getRuntime().availableProcessors() / PROCESSORS_PER_LOOP);
        this.settings = settings;
        this.outOfMemory = outOfMemory;
        this.loops = new MultiThreadIoEventLoopGroup(loopCount, NioIoHandler.newFactory());
        this.lanes = new Lanes(settings);
        this.connections = new DefaultChannelGroup(loops.next(), true);
        this.socket = bootstrap().register();
    }

    /**
     * Accepts connections from now on.
     *
     * @param observer notified of each response
     * @throws StartException if the address cannot be used
     */
    public void listen(Router router, Observer observer) {
        Shared all = Shared.of(settings, router, observer, new Defects(this::outOfMemory), lanes);
        crowded = all.crowded();
        shared = all;
        listener = bind();
        ready = true;
    }

    /** Whether it accepts requests, and goes on to do so. */
    public boolean isReady() {
        return ready;
    }

    /** Whether it was told to listen, and not yet stopped. */
    public boolean isListening() {
        return listener != null;
    }

    /**
     * Answers the requests that it has begun to read, for as long as the shutdown timeout allows,
     * and then ends its threads.
     *
     * @param endAll ends the calls of the model that are still running after the timeout
     */
    public void stop(Runnable endAll) {
        Channel listening = listener;
        if (listening == null) {
            return;
        }
        ready = false;
        stopping = true;
        onConnections((connection, _) -> connection.stop());
        long patience = settings.server().shutdownTimeout().toMillis();
        connections.newCloseFuture().awaitUninterruptibly(patience / FAREWELL_SHARE);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patience);
        listening.close().awaitUninterruptibly(patience);
        onConnections(HttpConnection::closeIfIdle);
        long half = Math.max(0, (end - System.nanoTime()) / 2);
        if (!connections.newCloseFuture().awaitUninterruptibly(half, TimeUnit.NANOSECONDS)) {
            onConnections((connection, _) -> connection.cutStream());
        }
        long left = Math.max(0, end - System.nanoTime());
        if (!connections.newCloseFuture().awaitUninterruptibly(left, TimeUnit.NANOSECONDS)) {
            LOG.warning(
                    () ->
                            "Requests that were not answered within %d s, and are cut off: %d."
                                    .formatted(patience / 1000, connections.size()));
            endAll.run(); // So that they get a response, even if it is an error.
            connections.newCloseFuture().awaitUninterruptibly(LAST_WORDS);
        }
        close(); // Before the model is closed under a request.
        listener = null;
    }

    /** Ends the threads, also those of a server that has never listened. */
    @Override
    public void close() {
        lanes.shutdown();
        // No longer, because a call of the model that does not end may hold one of them.
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    /** The address that the server listens on. */
    public SocketAddress address() {
        Channel listening = listener;
        if (listening == null) {
            throw new IllegalStateException("The server does not listen.");
        }
        return listening.localAddress();
    }

    private Channel bind() {
        Settings.Server server = settings.server();
        InetSocketAddress address = new InetSocketAddress(server.address(), server.port());
        try {
            return socket.sync().channel().bind(address).sync().channel();
        } catch (Exception e) {
            throw new StartException(
                    "Nothing can listen on %s: %s.".formatted(address, e.getMessage()),
                    "Set PORT to a free port and server.address (SERVER_ADDRESS) to an address of"
                            + " this machine, or leave them unset.",
                    e);
        }
    }

    private ServerBootstrap bootstrap() {
        return new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                // By default, the kernel buffers up to 4 MB for each client that does not read.
                .childOption(ChannelOption.SO_SNDBUF, SEND_BUFFER)
                // A client that has stopped sending still gets its response.
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(
                        new ChannelInitializer<SocketChannel>() {
                            @Override
                            protected void initChannel(SocketChannel channel) {
                                accept(channel);
                            }
                        });
    }

    private void accept(SocketChannel channel) {
        boolean beyond = connections.size() >= settings.limits().maxConnections();
        Shared current = beyond ? crowded : shared;
        if (current == null) {
            channel.close();
            return;
        }
        if (beyond) {
            reserve.add(channel);
        } else {
            connections.add(channel);
        }
        RequestDecoder decoder = new RequestDecoder();
        Memory.Share bodies = current.bodies().share();
        BodyCollector collector = new BodyCollector(current.maxBody(), current.router(), bodies);
        channel.pipeline()
                .addLast(decoder)
                .addLast(new HttpResponseEncoder())
                .addLast(collector)
                .addLast(
                        new HttpConnection(
                                current, decoder, collector, bodies, beyond || stopping));
    }

    private void onConnections(BiConsumer<HttpConnection, ChannelHandlerContext> action) {
        connections.forEach(
                channel -> channel.eventLoop().execute(() -> onConnection(channel, action)));
    }

    private static void onConnection(
            Channel channel, BiConsumer<HttpConnection, ChannelHandlerContext> action) {
        ChannelHandlerContext context = channel.pipeline().context(HttpConnection.class);
        if (context != null) {
            action.accept((HttpConnection) context.handler(), context);
        }
    }

    private void outOfMemory() {
        ready = false;
        Thread.ofPlatform().name("out-of-memory").start(outOfMemory);
    }
}
