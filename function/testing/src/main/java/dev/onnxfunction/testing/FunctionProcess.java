package dev.onnxfunction.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The function in a process of its own, listening on the loopback interface. */
public final class FunctionProcess implements AutoCloseable {

    /** The runnable jar. It ends before C2 and G1 pay off, which take half of the CPU. */
    public static final List<String> JAR =
            List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-jar",
                    Project.FUNCTION.resolve("target").resolve("function.jar").toString());

    /** The layout of the container image, with the container's command line. */
    public static final List<String> IMAGE =
            List.of(Project.FUNCTION.resolve("target").resolve("image").resolve("run").toString());

    private static final int PATIENCE_SECONDS = 180;

    /** How long a client waits for a byte of an answer: far longer than a busy machine takes. */
    public static final int PATIENCE_MILLIS = 1000 * PATIENCE_SECONDS;

    private static final String NEVER = "\0";
    private static final Duration IDLE = Duration.ofSeconds(5);

    /** Matches the line that the function prints once it listens. */
    private static final Pattern ADDRESS = Pattern.compile("Serving .*127\\.0\\.0\\.1:(\\d+)");

    private final Process process;
    private volatile int port;
    private final StringBuilder output = new StringBuilder();

    private FunctionProcess(Process process) {
        this.process = process;
    }

    /** Starts the function with these environment variables, and waits until it listens. */
    public static FunctionProcess start(List<String> command, Map<String, String> environment)
            throws IOException {
        FunctionProcess function = startUnread(command, environment);
        Thread.ofVirtual().start(() -> function.readUntil(NEVER));
        return function;
    }

    /** Like {@link #start}, but then reads none of the output until {@link #exitCode}. */
    public static FunctionProcess startUnread(List<String> command, Map<String, String> environment)
            throws IOException {
        FunctionProcess function = launch(command, environment);
        if (!function.readUntil("Serving ")) {
            throw new IllegalStateException("It does not start: " + function.output);
        }
        Matcher address = ADDRESS.matcher(function.output);
        if (!address.find()) {
            throw new IllegalStateException("It names no port: " + function.output);
        }
        function.port = Integer.parseInt(address.group(1));
        return function;
    }

    /** Starts the function without waiting until it listens. */
    public static FunctionProcess launch(List<String> command, Map<String, String> environment)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .put("PORT", "0"); // A free port, because two tests may start functions at the same
        // time.
        builder.environment().put("SERVER_ADDRESS", "127.0.0.1");
        builder.environment().putAll(environment);
        return new FunctionProcess(builder.start());
    }

    /**
     * Returns the command run as a user other than root, because permissions do not apply to root.
     */
    public static List<String> asNobody(List<String> command) {
        List<String> all = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            all.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        all.addAll(command);
        return all;
    }

    /** Returns the port that the function listens on; 0 if it was started by {@link #launch}. */
    public int port() {
        return port;
    }

    /** Returns the URL of a path such as {@code /model}. */
    public String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    public long pid() {
        return process.pid();
    }

    public Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    /** Posts a body to {@code /predict}, and returns the whole response. */
    public String post(String body) throws IOException {
        return post("/predict", body);
    }

    /** Posts a body, and returns the whole response. */
    public String post(String path, String body) throws IOException {
        try (Socket socket = connect()) {
            String head = " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ";
            String request = "POST " + path + head + body.length() + "\r\n\r\n" + body;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /**
     * Waits until the process has used this much more processor time, has ended, or has used none
     * for some seconds, because a fast machine may need less.
     */
    public void awaitWork(Duration work) {
        Duration last = used();
        Duration end = last.plus(work);
        long idleSince = System.nanoTime();
        while (process.isAlive()
                && last.compareTo(end) < 0
                && System.nanoTime() - idleSince < IDLE.toNanos()) {
            LockSupport.parkNanos(1_000_000);
            Duration now = used();
            idleSince = now.equals(last) ? idleSince : System.nanoTime();
            last = now;
        }
    }

    private Duration used() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Waits until the process has a thread of this name, or has ended. */
    public void awaitThread(String name) throws IOException {
        Path threads = Path.of("/proc", Long.toString(pid()), "task");
        while (process.isAlive() && !hasThread(threads, name)) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Waits until the process has begun to load a library of this name, or has ended. */
    public void awaitLibrary(String name) throws IOException {
        Path memory = Path.of("/proc", Long.toString(pid()), "maps");
        while (process.isAlive() && !Files.readString(memory).contains(name)) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static boolean hasThread(Path threads, String name) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(threads)) {
            for (Path thread : all) {
                if (Files.readString(thread.resolve("comm")).strip().equals(name)) {
                    return true;
                }
            }
        } catch (NoSuchFileException e) {
            return false; // This thread has just ended.
        }
        return false;
    }

    /** Waits for the process to end, at most this long, without reading its output. */
    public void awaitEnd(Duration time) throws InterruptedException {
        process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Sends SIGTERM. */
    public void terminate() {
        process.toHandle().destroy(); // Process.destroy() would close the output.
    }

    /** Waits for the process to end. */
    public int exitCode() throws InterruptedException {
        readUntil(NEVER);
        return exitCodeUnread();
    }

    /** Waits for the process to end while nobody reads its output. */
    public int exitCodeUnread() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("It does not end: " + output);
        }
        return process.exitValue();
    }

    /** Reads the output until it contains this text. */
    public void awaitOutput(String text) {
        if (!readUntil(text)) {
            throw new IllegalStateException("It ends without \"" + text + "\": " + output);
        }
    }

    /** Closes the reading end of the process's output. */
    public void closeOutput() throws IOException {
        process.getInputStream().close();
    }

    /** Returns the output that has been read. */
    public synchronized String output() {
        return output.toString();
    }

    /** Ends the process as a platform would: with SIGTERM, so that it cleans up. */
    @Override
    public void close() {
        terminate();
        process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /**
     * Reads the output until it contains this text or ends, and returns whether it contains the
     * text.
     */
    private synchronized boolean readUntil(String text) {
        try {
            BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.append(line).append('\n');
                if (line.contains(text)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
