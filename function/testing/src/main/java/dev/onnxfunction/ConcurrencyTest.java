package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.TestedServer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Many clients send different rows at once, and each gets its own answer. */
@Tag(TestedServer.IMAGE)
class ConcurrencyTest {

    private static final int CLIENTS = 64;
    private static final int REQUESTS = 50;

    private final JsonNode rows = Boston.parity().get("rows");

    @Test
    void everyClientGetsTheAnswersToItsOwnRows() throws Exception {
        try (RunningFunction function = RunningFunction.start();
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<String> bodies = bodies();
            List<String> alone =
                    bodies.stream().map(body -> function.predict(body).body()).toList();
            assertThat(alone).doesNotHaveDuplicates();

            CountDownLatch ready = new CountDownLatch(CLIENTS);
            List<Future<List<String>>> answers = new ArrayList<>();
            for (String body : bodies) {
                answers.add(
                        clients.submit(
                                () -> {
                                    ready.countDown();
                                    ready.await();
                                    return ask(function, body);
                                }));
            }

            for (int client = 0; client < CLIENTS; client++) {
                assertThat(answers.get(client).get())
                        .as("client %d", client)
                        .hasSize(REQUESTS)
                        .containsOnly(alone.get(client));
            }
        }
    }

    /** Bodies of one, three and three hundred rows, different for each client. */
    private List<String> bodies() {
        return IntStream.range(0, CLIENTS)
                .mapToObj(
                        client ->
                                switch (client % 3) {
                                    case 0 -> rows.get(client).toString();
                                    case 1 -> array(client, 3);
                                    default -> array(client, 300);
                                })
                .toList();
    }

    private String array(int from, int count) {
        List<JsonNode> some = new ArrayList<>();
        for (int row = from; row < from + count; row++) {
            some.add(rows.get(row));
        }
        return some.toString();
    }

    private static List<String> ask(RunningFunction function, String body) {
        return IntStream.range(0, REQUESTS).mapToObj(_ -> function.predict(body).body()).toList();
    }
}
