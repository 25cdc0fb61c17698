package dev.onnxfunction;

import dev.onnxfunction.http.HttpServer;
import dev.onnxfunction.settings.StartException;
import dev.onnxfunction.testing.TestedServer;

import org.springframework.context.support.GenericApplicationContext;

import java.net.InetSocketAddress;
import java.util.List;

/** The server of this module. */
public final class FunctionServer implements TestedServer {

    @Override
    public Running start(List<String> arguments) {
        return new Started(refreshed(arguments));
    }

    @Override
    public String refusal(List<String> arguments) {
        try (GenericApplicationContext _ = refreshed(arguments)) {
            throw new AssertionError("The function starts.");
        } catch (RuntimeException e) {
            StartException start = StartException.in(e);
            if (start == null) {
                throw e;
            }
            return start.getMessage() + " " + start.remedy();
        }
    }

    private static GenericApplicationContext refreshed(List<String> arguments) {
        GenericApplicationContext context =
                Wiring.context(_ -> {}, arguments.toArray(String[]::new));
        context.refresh();
        return context;
    }

    private record Started(GenericApplicationContext context) implements Running {

        @Override
        public int port() {
            return ((InetSocketAddress) context.getBean(HttpServer.class).address()).getPort();
        }

        @Override
        public <T> T bean(Class<T> type) {
            return context.getBean(type);
        }

        @Override
        public void close() {
            context.close();
        }
    }
}
