package dev.onnxfunction.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The socket of one connection: passes on what it reads, and queues what the client does not read.
 * Only its event loop calls the methods, except where they say otherwise.
 *
 * <p>Everything that waits is in the heap and belongs to the connection; native memory belongs to
 * the event loop.
 */
final class Transport implements EventLoop.Waiting {

    /** What a connection does when something happens to its socket. */
    interface Handler {

        /**
         * Bytes have arrived.
         *
         * @param bytes native memory of the event loop; valid only during the call
         */
        void received(ByteBuffer bytes);

        /** The client has stopped sending; it may still read. */
        void inputClosed();

        /** The socket has taken bytes that were waiting after a {@link #flush}. */
        void sent();

        /** The connection is about to be closed, and nothing is sent any more; called once. */
        void closed();

        /** A method has failed. */
        void failed(Throwable failure);
    }

    /** Bytes that wait to be sent. */
    private static final class Piece {

        private final byte[] bytes;
        private final int end;
        private int at;

        private Piece(byte[] bytes, int from, int end) {
            this.bytes = bytes;
            this.at = from;
            this.end = end;
        }
    }

    /** Waiting bytes above which nothing more should be written. */
    static final int HIGH_WATER = 64 * 1024;

    private final SocketChannel channel;
    private final ConnectionLoop loop;
    private SelectionKey key;
    private final Handler handler;
    private final Queue<Piece> queue = new ArrayDeque<>();

    /** Operations that it waits for, while it moves to another loop. */
    private int interest;

    private long waiting;
    private long memory;

    /** Whether the client has stopped sending. */
    private boolean ended;

    private volatile boolean open = true;

    /**
     * @param channel connected and non-blocking
     */
    Transport(SocketChannel channel, ConnectionLoop loop, Handler handler) throws IOException {
        this.channel = channel;
        this.loop = loop;
        this.handler = handler;
        this.key = loop.current().register(channel, SelectionKey.OP_READ, this);
    }

    /** Called on any thread. */
    boolean isOpen() {
        return open;
    }

    /** Starts or stops reading. Nothing is read after the client's end. */
    void read(boolean wanted) {
        want(SelectionKey.OP_READ, wanted && !ended);
    }

    /** Passes on what has arrived, before the loop looks at the socket again. */
    void receiveNow() {
        try {
            receive();
        } catch (IOException e) {
            handler.failed(e);
        }
    }

    /** Queues bytes, which must not change afterwards. */
    void write(byte[] bytes, int from, int end) {
        if (open && from < end) {
            queue.add(new Piece(bytes, from, end));
            waiting += end - from;
            memory += bytes.length;
        }
    }

    /**
     * Sends what the socket takes; the rest follows when it takes more, and {@link Handler#sent} is
     * called then, even if another flush has sent the rest before.
     */
    void flush() {
        try {
            while (open && waiting > 0) {
                ByteBuffer sending = loop.current().sending;
                int length = fill(sending);
                int sent = channel.write(sending);
                drop(sent);
                if (sent < length) {
                    want(SelectionKey.OP_WRITE, true);
                    break;
                }
            }
        } catch (IOException _) {
            close(); // The client has gone.
        }
    }

    /** Bytes that the socket has not taken yet. */
    long waitingBytes() {
        return waiting;
    }

    /** Bytes of memory of the arrays that the socket has not taken completely yet. */
    long memory() {
        return memory;
    }

    /** Sends the end, after everything that is flushed. */
    void shutdownOutput() {
        try {
            channel.shutdownOutput();
        } catch (IOException _) {
            close();
        }
    }

    /** Closes the connection and drops what waits. */
    @Override
    public void close() {
        if (!open) {
            return;
        }
        open = false;
        queue.clear();
        waiting = 0;
        memory = 0;
        try {
            handler.closed(); // A client that sees the end counts on the memory that is free now.
        } finally {
            closeChannel();
        }
    }

    private void closeChannel() {
        try {
            channel.close();
        } catch (IOException _) {
            // Nobody is left to notify.
        }
    }

    /** Waits for nothing on this loop any more, because the connection moves to another. */
    void leave() {
        interest = key.interestOps();
        key.cancel();
    }

    /** Waits on the new loop for what it waited for before. */
    void arrive() throws IOException {
        key = loop.current().register(channel, interest, this);
    }

    /** Closes the connection soon; called on any thread. */
    void closeLater() {
        loop.execute(this::close);
    }

    @Override
    public void ready(int operations) throws IOException {
        if ((operations & SelectionKey.OP_WRITE) != 0) {
            want(SelectionKey.OP_WRITE, false);
            flush();
            if (open) {
                handler.sent();
            }
        }
        if (open && (operations & SelectionKey.OP_READ) != 0) {
            receive();
        }
    }

    @Override
    public void failed(Throwable failure) {
        handler.failed(failure);
    }

    private void receive() throws IOException {
        ByteBuffer received = loop.current().received.clear();
        int length = channel.read(received);
        if (length < 0) {
            ended = true;
            read(false);
            handler.inputClosed();
        } else if (length > 0) {
            handler.received(received.flip());
        }
    }

    private void want(int operation, boolean wanted) {
        if (open) {
            int before = key.interestOps();
            int after = wanted ? before | operation : before & ~operation;
            if (after != before) {
                key.interestOps(after);
            }
        }
    }

    /** Copies the first waiting bytes, and returns how many. */
    private int fill(ByteBuffer sending) {
        sending.clear();
        for (Piece piece : queue) {
            sending.put(piece.bytes, piece.at, Math.min(piece.end - piece.at, sending.remaining()));
            if (!sending.hasRemaining()) {
                break;
            }
        }
        sending.flip();
        return sending.remaining();
    }

    private void drop(int sent) {
        waiting -= sent;
        int left = sent;
        while (left > 0) {
            Piece piece = queue.element();
            int taken = Math.min(left, piece.end - piece.at);
            piece.at += taken;
            left -= taken;
            if (piece.at == piece.end) {
                queue.remove();
                memory -= piece.bytes.length;
            }
        }
    }
}
