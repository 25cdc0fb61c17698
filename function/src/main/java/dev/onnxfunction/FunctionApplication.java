package dev.onnxfunction;

import dev.onnxfunction.model.OnnxModel;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.StandardEnvironment;

import sun.misc.Signal;

import java.util.List;

/** Serves a regression model as a function. */
public final class FunctionApplication {

    private FunctionApplication() {}

    /**
     * Runs until SIGTERM, and then exits with 0 once the requests in flight are answered. Exits
     * with 1 if it cannot start.
     */
    public static void main(String[] args) {
        Logging.configure();
        Thread runtime = OnnxModel.loadRuntimeInBackground();
        // The JVM itself would exit with 143.
        Signal.handle(new Signal("TERM"), _ -> exit(runtime));
        try {
            application().run(args);
        } finally {
            await(runtime);
        }
    }

    private static void exit(Thread runtime) {
        await(runtime);
        System.exit(0);
    }

    /** Lets ONNX Runtime load to its end: the JVM crashes if it exits in the middle of it. */
    private static void await(Thread runtime) {
        try {
            runtime.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The application with the parts of Spring Boot that it needs. Left out, for the sake of the
     * start: configuration files (settings come from environment variables, system properties and
     * arguments), the banner, and the listeners of features that are not here.
     */
    static SpringApplication application() {
        SpringApplication application = new SpringApplication(FunctionConfiguration.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setApplicationContextFactory(_ -> new GenericApplicationContext());
        application.setEnvironment(new StandardEnvironment());
        application.setAddConversionService(false);
        application.setInitializers(List.of());
        application.setListeners(List.of());
        application.setBannerMode(Banner.Mode.OFF);
        application.setLogStartupInfo(false);
        return application;
    }
}
