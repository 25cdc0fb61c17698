package dev.onnxfunction.http;

import dev.onnxfunction.contract.Lane;
import dev.onnxfunction.contract.Response;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;

/**
 * One connection: decides after each event whether to decode, to read, to wait or to end, within
 * the connection's memory and timeouts. Its parts decode ({@link RequestDecoder}), assemble ({@link
 * RequestIntake}), answer ({@link Exchanges}) and write ({@link AnswerWriter}).
 *
 * <p>Only the event loop uses the fields, except those of {@link #execute}, {@link #isOpen} and
 * {@link #closeLater}, which are thread-safe. Single rows are answered on the loop that the
 * connection began on, batches on {@link BatchLoops}, and it moves to where its next request
 * belongs.
 */
final class HttpConnection implements Transport.Handler, ConnectionControl {

    private final Shared shared;
    private final Consumer<HttpConnection> onClose;
    private final EventLoop first;
    private final ConnectionLoop loop;
    private final Transport transport;
    private final Timeouts timeouts;
    private final Closing closing;
    private final Memory.Share memory;
    private final AnswerWriter writer;
    private final Exchanges exchanges;
    private final RequestIntake intake;
    private final RequestDecoder decoder;

    /** When it began to wait for a request, by {@link System#nanoTime}; 0 while it does not. */
    private volatile long idleSince;

    /**
     * Serves a connection from now on; called on its event loop.
     *
     * @param channel connected and non-blocking
     * @param stopping whether its first response is the last
     * @param onClose called once it is closed
     */
    HttpConnection(
            Shared shared,
            SocketChannel channel,
            EventLoop first,
            boolean stopping,
            Consumer<HttpConnection> onClose)
            throws IOException {
        this.shared = shared;
        this.first = first;
        this.loop = new ConnectionLoop(first);
        this.onClose = onClose;
        this.transport = new Transport(channel, loop, this);
        this.timeouts =
                new Timeouts(
                        loop,
                        shared.requestTimeout(),
                        shared.idleTimeout(),
                        () -> guarded(this::checkTime));
        this.closing = new Closing(transport, timeouts, stopping);
        this.memory = shared.others().share();
        Memory.Share bodies = shared.bodies().share();
        this.writer = new AnswerWriter(transport, bodies, loop);
        this.exchanges = new Exchanges(shared, transport, bodies, writer, closing, timeouts, this);
        this.intake = new RequestIntake(shared.maxBody(), shared.router(), bodies, loop, exchanges);
        this.decoder = new RequestDecoder(intake);
        this.idleSince = timeouts.activeAt();
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(() -> guarded(task));
    }

    /** Called on any thread. */
    boolean isOpen() {
        return transport.isOpen();
    }

    /** Closes the connection soon; called on any thread. */
    void closeLater() {
        transport.closeLater();
    }

    /** How long it has waited for a request; 0 if it does not. Called on any thread. */
    long idleNanos(long now) {
        long since = idleSince;
        return since == 0 ? 0 : now - since;
    }

    /** Closes it at once, unless a request has arrived. */
    void closeIfUnused() {
        if (isAnswered()) {
            transport.close();
        }
    }

    /** Makes the next response the last. */
    void stop() {
        closing.stop();
    }

    /** Ends an open stream. */
    void cutStream() {
        exchanges.endStreams();
    }

    /** Closes the connection, unless a request has arrived, is being received or answered. */
    void closeIfIdle() {
        closing.stop();
        if (isIdle()) {
            transport.receiveNow();
        }
        if (isIdle()) {
            closing.last();
            if (writer.isReady()) {
                finish();
            }
        }
    }

    private boolean isIdle() {
        return !exchanges.isBusy() && !closing.isLast() && !decoder.isAwaiting();
    }

    /** Refuses a request whose rest is still to come, because there is no time left. */
    void refuseIncomplete() {
        if (!exchanges.isBusy() && decoder.isAwaiting()) {
            intake.giveUp(Refusals.stopping());
        }
    }

    /** Whether every request that has begun to arrive is answered, and the answer sent. */
    boolean isAnswered() {
        return !exchanges.isBusy() && !decoder.isAwaiting() && transport.waitingBytes() == 0;
    }

    @Override
    public void received(ByteBuffer bytes) {
        if (closing.isLingering()) {
            closing.dropped();
            return;
        }
        decoder.receive(bytes, loop.current().decoded);
        writer.flush();
        settle();
    }

    @Override
    public void sent() {
        if (closing.isLingering()) {
            return;
        }
        timeouts.active();
        writer.proceed();
        if (closing.isFinishing()) {
            lingerIfSent();
            return;
        }
        exchanges.proceed();
        takeNext();
    }

    @Override
    public void inputClosed() {
        closing.inputClosed();
        exchanges.cancelSlow();
        refuseTruncated();
        settle();
    }

    @Override
    public void closed() {
        closing.last();
        onClose.accept(this);
        shared.batchLoops().forget(loop.current(), this);
        timeouts.stop();
        decoder.discard();
        intake.forget();
        memory.release();
        exchanges.close();
    }

    @Override
    public void failed(Throwable failure) {
        transport.close();
        exchanges.releaseIfIdle(); // The failure may have come after the close.
        if (!(failure instanceof IOException)) {
            shared.defects().log("A connection failed and is closed.", failure, null);
        }
    }

    @Override
    public @Nullable EventLoop loopOf(Lane lane) {
        if (lane == Lane.LOOP) {
            return first;
        }
        return lane == Lane.BATCHES ? shared.batchLoops().select(loop.current(), this) : null;
    }

    @Override
    public void move(EventLoop next, Runnable arrived) {
        // As a task of its own, because the callers of this method still use the connection.
        execute(() -> leave(next, arrived));
    }

    private void leave(EventLoop next, Runnable arrived) {
        if (transport.isOpen()) {
            timeouts.stop();
            transport.leave();
            shared.batchLoops().forget(loop.current(), this);
            loop.moveTo(next, () -> guarded(() -> arrive(arrived)));
        }
    }

    private void arrive(Runnable arrived) {
        if (transport.isOpen()) {
            timeouts.arrive();
            try {
                transport.arrive();
            } catch (IOException e) {
                failed(e);
            }
        }
        arrived.run();
    }

    @Override
    public void pause() {
        decoder.pause();
    }

    @Override
    public void resume() {
        timeouts.active(); // Until now, nothing was read.
        decoder.resume();
        transport.read(!decoder.isFull());
        refuseTruncated();
    }

    @Override
    public int headMemory() {
        return decoder.headMemory();
    }

    @Override
    public void takeNext() {
        if (exchanges.isBusy()
                || !transport.isOpen()
                || !writer.isReady()
                || closing.isLingering()) {
            return;
        }
        if (closing.isLast()) {
            finish();
        } else {
            resume();
            writer.flush();
        }
        settle();
    }

    @Override
    public void finish() {
        closing.finish();
        decoder.discard();
        intake.forget();
        if (!writer.isUnderWay()) {
            writer.close(); // Releases the memory of an unfinished body.
        }
        writer.flush();
        lingerIfSent();
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            failed(e);
        }
    }

    private void lingerIfSent() {
        closing.proceed();
        if (closing.isLingering()) {
            memory.release();
        }
    }

    /** Refuses a request whose rest the client will not send. */
    private void refuseTruncated() {
        if (closing.isInputClosed() && !decoder.isPaused()) {
            Response problem = Refusals.truncated();
            exchanges.truncated(problem);
            if (intake.isAwaitingBody()) {
                intake.giveUp(problem);
            }
        }
    }

    /** Decides what to wait for, because nothing more can be done before another event. */
    private void settle() {
        if (!transport.isOpen()) {
            return;
        }
        timeouts.partial(decoder.isAwaiting() && !exchanges.isStreaming());
        idleSince = isAnswered() ? timeouts.activeAt() : 0;
        if (closing.isInputClosed()
                && !exchanges.isBusy()
                && !closing.isLast()
                && writer.isReady()) {
            finish();
        }
        transport.read(!decoder.isFull());
        long held = decoder.heldBytes();
        if (!writer.isUnderWay()) {
            held += transport.memory();
        }
        if (!memory.hold((int) held)) {
            relieve();
        }
    }

    /** Handles the lack of memory for what the connection holds. */
    private void relieve() {
        if (exchanges.isStreaming()) {
            exchanges.cut(Response.busy());
            decoder.discard();
        } else if (exchanges.isBusy() || writer.isUnderWay()) {
            closing.stop();
            if (!exchanges.isBusy()) {
                closing.last();
            }
            decoder.discard();
        } else if (decoder.isAwaiting() && transport.waitingBytes() == 0) {
            intake.giveUp(Response.busy());
        } else {
            transport.close();
        }
    }

    private void checkTime() {
        long waiting = transport.waitingBytes();
        if (!transport.isOpen() || !timeouts.isOver(waiting, exchanges.isWorking())) {
            return;
        }
        timeouts.checkSoon(); // Whatever is written now may not be read either.
        if (waiting == 0 && exchanges.isStreaming()) {
            exchanges.cut(Refusals.silent(shared.idleTimeout()));
        } else if (waiting == 0 && timeouts.isPartial() && !closing.isLast()) {
            intake.giveUp(Refusals.tooSlow(shared.requestTimeout()));
        } else {
            transport.close();
        }
    }
}
