package dev.onnxfunction.logs;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.impl.Jdk14Logger;
import org.apache.commons.logging.impl.LogFactoryImpl;

/**
 * Writes Spring's log to {@code java.util.logging}. Installed in code, because Spring's logging
 * would otherwise search all jars for its configuration and for other logging libraries.
 */
final class SpringLogs extends LogFactoryImpl {

    static void install() {
        factories.put(Thread.currentThread().getContextClassLoader(), new SpringLogs());
    }

    @Override
    public Log getInstance(String name) {
        return new Jdk14Logger(name);
    }

    @Override
    public Log getInstance(Class<?> type) {
        return getInstance(type.getName());
    }
}
