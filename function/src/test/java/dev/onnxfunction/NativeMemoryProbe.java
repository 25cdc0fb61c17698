package dev.onnxfunction;

import dev.onnxfunction.testing.Boston;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Sends predictions of every kind over HTTP and prints by how much the memory of the process grew
 * after a warm-up, when everything is compiled and every buffer has its size. {@link
 * NativeMemoryTest} runs it.
 */
final class NativeMemoryProbe {

    private static final int CLIENTS = 4;
    private static final int ROUNDS_BEFORE = 600;
    private static final int ROUNDS = 2_500;

    /** In one write, because most of the time would otherwise go to the system's calls. */
    private static final int TOGETHER = 5;

    private static final int END_OF_HEAD = 0x0D0A0D0A; // "\r\n\r\n"

    private NativeMemoryProbe() {}

    public static void main(String[] args) throws Exception {
        try (RunningFunction function = RunningFunction.start();
                ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            send(function, clients, ROUNDS_BEFORE);
            long before = residentKib();
            int predictions = send(function, clients, ROUNDS);
            System.out.printf(
                    "predictions %d, growth %d KiB%n", predictions, residentKib() - before);
        }
    }

    private static int send(RunningFunction function, ExecutorService clients, int rounds)
            throws Exception {
        List<Future<Integer>> sent = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            sent.add(clients.submit(() -> send(function, rounds)));
        }
        int predictions = 0;
        for (Future<Integer> future : sent) {
            predictions += future.get();
        }
        return predictions;
    }

    /**
     * Sends two rows one by one and two rows together, several times in one write, and from time to
     * time a large batch and an invalid row.
     */
    private static int send(RunningFunction function, int rounds) throws IOException {
        String row = Boston.example().toString();
        String one = request(row);
        String two = request("[" + row + "," + row + "]");
        byte[] small = bytes((one + one + two).repeat(TOGETHER));
        byte[] many = bytes(request("[" + (row + ",").repeat(199) + row + "]"));
        byte[] faulty = bytes(request(row.replace("RM", "rm")));
        int predictions = 0;
        try (Socket socket = function.connect()) {
            OutputStream out = socket.getOutputStream();
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (int round = 0; round < rounds; round++) {
                out.write(small);
                for (int answer = 0; answer < 3 * TOGETHER; answer++) {
                    receive(in, 200);
                }
                predictions += 4 * TOGETHER;
                if (round % 20 == 0) {
                    out.write(many);
                    receive(in, 200);
                    out.write(faulty);
                    receive(in, 400);
                    predictions += 200;
                }
            }
        }
        return predictions;
    }

    private static void receive(InputStream in, int status) throws IOException {
        StringBuilder head = new StringBuilder();
        int last = 0; // The last four bytes.
        while (last != END_OF_HEAD) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("In the head: " + head);
            }
            head.append((char) next);
            last = last << 8 | next;
        }
        if (!head.substring(9, 12).equals(Integer.toString(status))) {
            throw new IOException("Not " + status + ": " + head);
        }
        int start = head.indexOf("content-length: ") + 16;
        in.readNBytes(Integer.parseInt(head.substring(start, head.indexOf("\r", start))));
    }

    private static String request(String body) {
        String head = "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: ";
        return head + body.length() + "\r\n\r\n" + body;
    }

    private static byte[] bytes(String requests) {
        return requests.getBytes(StandardCharsets.US_ASCII);
    }

    private static long residentKib() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }
}
