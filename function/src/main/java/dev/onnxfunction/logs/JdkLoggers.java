package dev.onnxfunction.logs;

import java.util.logging.Logger;

/**
 * The loggers of the JDK's own classes: those of {@code java.util.logging}, as without this class.
 *
 * <p>At the start, {@code java.util.logging} searches the class path for a provider of such
 * loggers. Because it finds this one in the first jar, it does not open the jar of the libraries,
 * which takes several milliseconds.
 */
public final class JdkLoggers extends System.LoggerFinder {

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new JdkLogger(Logger.getLogger(name));
    }
}
