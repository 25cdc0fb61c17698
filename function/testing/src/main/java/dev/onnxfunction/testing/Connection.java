package dev.onnxfunction.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A raw connection that parses just enough of a response to find its end. */
public final class Connection implements AutoCloseable {

    private final Socket socket;
    private final OutputStream out;
    private final InputStream in;

    /** The part of a chunked body that has been read but not returned as a line. */
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

    /** Reads the head of the next response. */
    public String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int read = in.read();
            assertThat(read).as("more of the response after: %s", head).isNotNegative();
            head.append((char) read);
        }
        return head.toString();
    }

    /** Returns the {@code Content-Length} of a head, or 0 without one. */
    public static int length(String head) {
        String name = "content-length: ";
        int start = head.toLowerCase(Locale.ROOT).indexOf(name);
        return start < 0
                ? 0
                : Integer.parseInt(
                        head.substring(start + name.length(), head.indexOf("\r\n", start)));
    }

    /** Reads the next response, head and body. */
    public String response() throws IOException {
        String head = head();
        return head + new String(in.readNBytes(length(head)), StandardCharsets.UTF_8);
    }

    /** Reads the next line of a chunked body; null at the body's end. */
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

    /** Returns whether something can be read within this time, which may be 0. */
    public boolean isReadable(int millis) throws IOException {
        if (millis == 0 || in.available() > 0) {
            return in.available() > 0;
        }
        int patience = socket.getSoTimeout();
        socket.setSoTimeout(millis);
        in.mark(1);
        try {
            boolean readable = in.read() >= 0;
            in.reset();
            return readable;
        } catch (SocketTimeoutException e) {
            return false;
        } finally {
            socket.setSoTimeout(patience);
        }
    }

    /** Closes the sending half of the connection; reading still works. */
    public void finishSending() throws IOException {
        socket.shutdownOutput();
    }

    /** Reads this many bytes, or fewer at the end. */
    public byte[] read(int bytes) throws IOException {
        return in.readNBytes(bytes);
    }

    /** Reads to the end, or until the connection is reset, and returns the number of bytes. */
    public int readAll() throws IOException {
        int all = 0;
        try {
            while (in.read() >= 0) {
                all++;
            }
        } catch (SocketException e) {
            return all;
        }
        return all;
    }

    /** Closes the connection with a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Waits until the server closes the connection, and returns whether it does. */
    public boolean isClosed() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException e) {
            return true; // The server reset it, because something was still being sent.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
