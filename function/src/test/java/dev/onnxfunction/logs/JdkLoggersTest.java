package dev.onnxfunction.logs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

class JdkLoggersTest {

    private final Logger target = Logger.getLogger("jdk.of.this.test");
    private final List<LogRecord> records = new ArrayList<>();
    private final Handler handler =
            new Handler() {
                @Override
                public void publish(LogRecord line) {
                    records.add(line);
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };

    @BeforeEach
    void listen() {
        target.addHandler(handler);
    }

    @AfterEach
    void stop() {
        target.removeHandler(handler);
    }

    @Test
    void theJdkWritesWithThem() {
        assertThat(System.LoggerFinder.getLoggerFinder()).isInstanceOf(JdkLoggers.class);
    }

    @Test
    void theirLinesAreThoseOfJavaUtilLogging() {
        System.Logger logger = System.getLogger("jdk.of.this.test");
        Exception thrown = new IllegalStateException("why");

        logger.log(System.Logger.Level.WARNING, "a {0}", "text");
        logger.log(System.Logger.Level.ERROR, "broken", thrown);
        logger.log(System.Logger.Level.DEBUG, "not logged");

        assertThat(logger.isLoggable(System.Logger.Level.INFO)).isTrue();
        assertThat(logger.isLoggable(System.Logger.Level.TRACE)).isFalse();
        assertThat(records)
                .extracting(LogRecord::getLevel)
                .containsExactly(Level.WARNING, Level.SEVERE);
        assertThat(records.getFirst().getParameters()).containsExactly("text");
        assertThat(records.getLast().getThrown()).isSameAs(thrown);
        assertThat(records).extracting(Messages::of).containsExactly("a text", "broken");
    }
}
