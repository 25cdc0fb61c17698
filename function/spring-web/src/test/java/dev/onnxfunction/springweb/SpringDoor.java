package dev.onnxfunction.springweb;

import static java.util.Objects.requireNonNull;

import dev.onnxfunction.settings.StartException;
import dev.onnxfunction.testing.Door;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.client.ReactorResourceFactory;

import java.time.Duration;
import java.util.List;

/** The door of this module: spring-cloud-function-web's. */
public final class SpringDoor implements Door {

    @Override
    public Open start(List<String> arguments) {
        return new Running(run(arguments));
    }

    @Override
    public String refusal(List<String> arguments) {
        try (ConfigurableApplicationContext _ = run(arguments)) {
            throw new AssertionError("It starts.");
        } catch (RuntimeException e) {
            StartException start = StartException.in(e);
            if (start == null) {
                throw e;
            }
            return start.getMessage() + " " + start.remedy();
        }
    }

    private static ConfigurableApplicationContext run(List<String> arguments) {
        return new SpringApplicationBuilder(SpringWebApplication.class)
                .logStartupInfo(false)
                .initializers(SpringDoor::useOwnThreads)
                .properties("logging.level.root=warn")
                .run(arguments.toArray(String[]::new));
    }

    /**
     * Gives each door threads of its own, because closing one would otherwise end those of all
     * others. They end at once: the server has finished its requests by then, and the two seconds
     * that Reactor would wait for more are not what a test is about.
     */
    public static void useOwnThreads(ConfigurableApplicationContext context) {
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

    private record Running(ConfigurableApplicationContext context) implements Open {

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
