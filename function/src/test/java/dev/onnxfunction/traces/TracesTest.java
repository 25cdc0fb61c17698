package dev.onnxfunction.traces;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.observe.Exchange;
import dev.onnxfunction.observe.TraceContext;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

import java.net.URI;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

@Isolated
class TracesTest {

    private static final String SAMPLER = "otel.traces.sampler";

    private final Queue<String> logged = new ConcurrentLinkedQueue<>();

    @Test
    void anInvalidSettingOfTheSdkIsLoggedOnceAndBlocksNothing() {
        Logger log = Logger.getLogger(Traces.class.getName());
        Handler handler = collecting();
        log.addHandler(handler);
        System.setProperty(SAMPLER, "some");
        try (Traces traces = new Traces(URI.create("http://127.0.0.1:1"), "m@1")) {
            for (int i = 0; i < 3; i++) {
                traces.answered(
                        new Exchange(
                                "GET",
                                "/",
                                "/",
                                200,
                                "ok",
                                1,
                                0,
                                9,
                                TraceContext.continuing(null),
                                false,
                                false));
            }
        } finally {
            System.clearProperty(SAMPLER);
            log.removeHandler(handler);
        }

        assertThat(logged)
                .singleElement()
                .asString()
                .startsWith("No spans are sent: Unrecognized value for otel.traces.sampler: some.");
    }

    private Handler collecting() {
        return new Handler() {
            @Override
            public void publish(LogRecord line) {
                logged.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }
}
