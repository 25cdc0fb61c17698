package dev.onnxfunction.logs;

import org.jspecify.annotations.Nullable;

import java.util.ResourceBundle;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** A logger of {@code java.util.logging} for the JDK's own classes. */
record JdkLogger(Logger logger) implements System.Logger {

    @Override
    public String getName() {
        return logger.getName();
    }

    @Override
    public boolean isLoggable(Level level) {
        return logger.isLoggable(levelOf(level));
    }

    @Override
    public void log(
            Level level,
            @Nullable ResourceBundle bundle,
            @Nullable String message,
            @Nullable Throwable thrown) {
        log(level, bundle, message, thrown, null);
    }

    @Override
    public void log(
            Level level,
            @Nullable ResourceBundle bundle,
            @Nullable String format,
            @Nullable Object @Nullable ... parameters) {
        log(level, bundle, format, null, parameters);
    }

    private void log(
            Level level,
            @Nullable ResourceBundle bundle,
            @Nullable String message,
            @Nullable Throwable thrown,
            @Nullable Object @Nullable [] parameters) {
        LogRecord line = new LogRecord(levelOf(level), message);
        line.setLoggerName(logger.getName());
        line.setResourceBundle(bundle);
        line.setThrown(thrown);
        line.setParameters(parameters);
        logger.log(line);
    }

    /** The levels of both have the same numbers. */
    private static java.util.logging.Level levelOf(Level level) {
        return java.util.logging.Level.parse(Integer.toString(level.getSeverity()));
    }
}
