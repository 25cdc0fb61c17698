package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.FunctionProcess;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The process may open fewer files than there are clients. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OpenFilesIT {

    private static final String FEW_FILES = "ulimit -n 64 && exec \"$@\"";

    @Test
    void silentClientsKeepNeitherProbesNorOtherClientsOut() throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", FEW_FILES, "sh"));
        command.addAll(FunctionProcess.IMAGE);
        List<Socket> silent = new ArrayList<>();
        try (FunctionProcess function = FunctionProcess.startUnread(command, Map.of())) {
            for (int i = 0; i < 100; i++) {
                silent.add(function.connect());
            }
            String answer;
            do {
                assertThat(get(function, "/actuator/health")).startsWith("HTTP/1.1 200");
                answer = get(function, "/model");
            } while (answer.startsWith("HTTP/1.1 503"));
            assertThat(answer).startsWith("HTTP/1.1 200");
            function.awaitOutput("the process may open only 64 files");
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    private static String get(FunctionProcess function, String path) throws IOException {
        try (Socket socket = function.connect()) {
            String request = "GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
