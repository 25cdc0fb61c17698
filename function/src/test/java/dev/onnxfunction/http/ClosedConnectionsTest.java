package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.RunningFunction;
import dev.onnxfunction.testing.Connection;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

import java.lang.management.ManagementFactory;

import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Closed connections leave nothing in memory. The test inspects the heap, so the function runs in
 * this JVM.
 */
@Isolated
class ClosedConnectionsTest {

    /**
     * Otherwise, clients that connect and disconnect would fill the memory before their timeouts
     * end.
     */
    @Test
    void aConnectionThatWasClosedIsForgottenAtOnce() throws Exception {
        int connections = 200;
        try (RunningFunction function = RunningFunction.start("server.request-timeout=600s")) {
            for (int i = 0; i < connections; i++) {
                try (Connection connection = new Connection(function.connect())) {
                    connection.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
                    assertThat(connection.response()).startsWith("HTTP/1.1 200");
                }
            }
            for (int attempt = 0; attempt < 100; attempt++) {
                if (inMemory(HttpConnection.class) < connections / 2) {
                    return;
                }
            }
            throw new AssertionError("Connections that were closed stay in memory.");
        }
    }

    private static int inMemory(Class<?> type) throws JMException {
        String histogram =
                (String)
                        ManagementFactory.getPlatformMBeanServer()
                                .invoke(
                                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                                        "gcClassHistogram",
                                        new Object[] {new String[0]},
                                        new String[] {String[].class.getName()});
        return histogram
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(line -> line.length > 3 && line[3].equals(type.getName()))
                .mapToInt(line -> Integer.parseInt(line[1]))
                .sum();
    }
}
