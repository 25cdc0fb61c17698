package dev.onnxfunction.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A raw connection that understands just enough of a response to know where it ends. */
public final class Connection implements AutoCloseable {

    private final Socket socket;
    private final OutputStream out;
    private final InputStream in;

    /** What has come of the lines of a body. */
    private final StringBuilder chunked = new StringBuilder();

    public Connection(Socket socket) throws IOException {
        this.socket = socket;
        this.out = socket.getOutputStream();
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    public void send(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** The next response up to its body. */
    public String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int read = in.read();
            assertThat(read).as("more of the response after: %s", head).isNotNegative();
            head.append((char) read);
        }
        return head.toString();
    }

    /** The bytes of the body that a head announces; 0 if it announces none. */
    public static int length(String head) {
        String name = "content-length: ";
        int start = head.toLowerCase(Locale.ROOT).indexOf(name);
        return start < 0
                ? 0
                : Integer.parseInt(
                        head.substring(start + name.length(), head.indexOf("\r\n", start)));
    }

    /** The next response, head and body. */
    public String response() throws IOException {
        String head = head();
        return head + new String(in.readNBytes(length(head)), StandardCharsets.UTF_8);
    }

    /** The next line of a body that comes in chunks; null at the body's end. */
    public @Nullable String line() throws IOException {
        while (chunked.indexOf("\n") < 0) {
            String size = crlf();
            byte[] chunk = in.readNBytes(Integer.parseInt(size, 16));
            assertThat(crlf()).as("after a chunk").isEmpty();
            if (chunk.length == 0) {
                assertThat(chunked).as("after the last line").isEmpty();
                return null;
            }
            chunked.append(new String(chunk, StandardCharsets.UTF_8));
        }
        int end = chunked.indexOf("\n");
        String line = chunked.substring(0, end);
        chunked.delete(0, end + 1);
        return line;
    }

    private String crlf() throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.indexOf("\r\n") < 0) {
            int read = in.read();
            assertThat(read).as("more of the chunked body after: %s", line).isNotNegative();
            line.append((char) read);
        }
        return line.substring(0, line.length() - 2);
    }

    /** Whether something can be read within that time. */
    public boolean isReadable(int millis) throws IOException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (in.available() == 0 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        return in.available() > 0;
    }

    /** Sends no more, and still reads. */
    public void finishSending() throws IOException {
        socket.shutdownOutput();
    }

    /** Reads some bytes, or fewer at the end. */
    public byte[] read(int bytes) throws IOException {
        return in.readNBytes(bytes);
    }

    /** Reads up to the end, or until the connection is reset; how many bytes that were. */
    public int readAll() throws IOException {
        int all = 0;
        try {
            while (in.read() >= 0) {
                all++;
            }
        } catch (java.net.SocketException e) {
            return all;
        }
        return all;
    }

    /** Closes the connection without the usual farewell: the server gets a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Waits for the server to close the connection. */
    public boolean isClosed() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException e) {
            return true; // Reset, as something was still being sent.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
