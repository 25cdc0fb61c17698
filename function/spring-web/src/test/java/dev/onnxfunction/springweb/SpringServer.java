package dev.onnxfunction.springweb;

import static java.util.Objects.requireNonNull;

import dev.onnxfunction.settings.StartException;
import dev.onnxfunction.testing.TestedServer;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.client.ReactorResourceFactory;

import java.time.Duration;
import java.util.List;

/** The server of this module, on Spring Boot and spring-cloud-function-web. */
public final class SpringServer implements TestedServer {

    @Override
    public Running start(List<String> arguments) {
        return new Started(run(arguments));
    }

    @Override
    public String refusal(List<String> arguments) {
        try (ConfigurableApplicationContext _ = run(arguments)) {
            throw new AssertionError("The function starts.");
        } catch (RuntimeException e) {
            StartException start = StartException.in(e);
            if (start == null) {
                throw e;
            }
            return start.getMessage() + " " + start.remedy();
        }
    }

    private static ConfigurableApplicationContext run(List<String> arguments) {
        return run(SpringWebApplication.class, "warn", arguments.toArray(String[]::new));
    }

    /**
     * Starts an application, one at a time: each start sets the properties of Logback, which the
     * JVM has once, in a map for one thread.
     *
     * @param level the least severe level that is logged
     */
    public static synchronized ConfigurableApplicationContext run(
            Class<?> application, String level, String... arguments) {
        return new SpringApplicationBuilder(application)
                .logStartupInfo(false)
                .initializers(SpringServer::useOwnThreads)
                .properties("logging.level.root=" + level)
                .run(arguments);
    }

    /**
     * Gives each server its own threads, because closing one server would otherwise end the threads
     * of all others. The threads end at once: the server has finished its requests by then, so the
     * two seconds for which Reactor waits for more by default would only delay the tests.
     */
    private static void useOwnThreads(ConfigurableApplicationContext context) {
        ((GenericApplicationContext) context)
                .registerBean(
                        ReactorResourceFactory.class,
                        () -> {
                            ReactorResourceFactory resources = new ReactorResourceFactory();
                            resources.setUseGlobalResources(false);
                            resources.setShutdownQuietPeriod(Duration.ZERO);
                            return resources;
                        });
    }

    private record Started(ConfigurableApplicationContext context) implements Running {

        @Override
        public int port() {
            return requireNonNull(((ReactiveWebServerApplicationContext) context).getWebServer())
                    .getPort();
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
