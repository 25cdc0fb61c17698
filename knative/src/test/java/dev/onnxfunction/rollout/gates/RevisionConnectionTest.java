package dev.onnxfunction.rollout.gates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;

/** Whether the revision, the network or the machine is to blame for a request that fails. */
class RevisionConnectionTest {

    /** Nothing listens at this port, which only root may open. */
    private static final int CLOSED = 1;

    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void noAnswerIsTheMachinesFaultIfTheOtherRevisionGivesNoneEither() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient();
                ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            GateException late = failure(http, silent.getLocalPort(), Duration.ofMillis(100));
            GateException refused = failure(http, CLOSED, LONG);

            assertThat(late).hasMessageContaining("is not answered within");
            assertThat(late.isSharedWith(late)).isTrue();
            assertThat(refused.isSharedWith(refused)).isTrue();
            assertThat(late.isSharedWith(refused)).as("one may hang, the other crash").isFalse();
            assertThat(late.isSharedWith(null)).isFalse();
        }
    }

    @Test
    void aWrongAnswerIsTheRevisionsFault() {
        try (HttpClient http = HttpClient.newHttpClient()) {
            GateException wrong = connection(http, CLOSED).wrong("answers nonsense.");

            assertThat(wrong.isSharedWith(wrong)).isFalse();
        }
    }

    private static RevisionConnection connection(HttpClient http, int port) {
        URI address = URI.create("http://127.0.0.1:" + port);
        return new RevisionConnection(http, RevisionAccess.DIRECT, "candidate", address);
    }

    private static GateException failure(HttpClient http, int port, Duration timeout) {
        RevisionConnection connection = connection(http, port);
        return catchThrowableOfType(
                GateException.class,
                () -> connection.send(connection.request("/").timeout(timeout).build()));
    }
}
