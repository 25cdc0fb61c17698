package dev.onnxfunction;

import dev.onnxfunction.catalog.FunctionJar;
import dev.onnxfunction.catalog.PredictCatalog;
import dev.onnxfunction.compose.Composition;
import dev.onnxfunction.compose.Definition;
import dev.onnxfunction.http.HttpServer;
import dev.onnxfunction.logs.Log;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.model.OnnxRuntime;
import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.start.StartException;

import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.context.MessageSource;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.PropertyResolver;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;

import java.util.Arrays;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Serves a regression model as a function. */
public final class FunctionApplication {

    private static final Logger LOG = Logger.getLogger(FunctionApplication.class.getName());

    private FunctionApplication() {}

    /**
     * Runs until SIGTERM, and then exits with 0 once the requests in flight are answered. Exits
     * with 1 if it cannot start. With {@code score} as the first argument it predicts the rows of a
     * file instead.
     */
    public static void main(String[] args) {
        if (args.length > 0 && args[0].equals("score")) {
            Scoring.run(Arrays.copyOfRange(args, 1, args.length));
        }
        Ending ending = Ending.onSignals(); // First, because a signal may arrive at any time.
        Thread runtime =
                OnnxRuntime.loadInBackground(); // Then, because everything else waits for it.
        Log.configure();
        try {
            GenericApplicationContext context = context(args);
            context.registerBean(
                    "ending",
                    BeforeServing.class,
                    () -> new BeforeServing(() -> ending.close(context)));
            context.refresh();
        } catch (RuntimeException | Error e) {
            tell(e);
            exit(runtime);
        }
    }

    /**
     * Returns the application before its refresh: settings, then model, then function, then server.
     *
     * <p>Registers beans in code. No annotations are read, at the start or ahead of time, and only
     * Spring's bean container is used.
     *
     * @param args settings such as {@code --model.threads=2}
     */
    static GenericApplicationContext context(String... args) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(args));
        GenericApplicationContext context = new GenericApplicationContext();
        context.setEnvironment(environment);
        context.registerBean("messageSource", MessageSource.class, NoMessages::new);
        context.registerBean("settings", Settings.class, () -> settings(environment));
        // Before the model, because it prepares itself while ONNX Runtime still loads.
        context.registerBean(
                "httpServer",
                HttpServer.class,
                () ->
                        new HttpServer(
                                context.getBean(Settings.class),
                                context.getBeanProvider(OnnxModel.class),
                                context.getBeanProvider(Predict.class),
                                context.getBeanProvider(Composition.class),
                                code -> ProcessExit.after(context, code)));
        context.registerBean(
                "model",
                OnnxModel.class,
                () -> OnnxModel.load(context.getBean(Settings.class).model()));
        context.registerBean(
                "predict", Predict.class, () -> Predict.with(context.getBean(OnnxModel.class)));
        context.registerBean(
                "functionJar",
                FunctionJar.class,
                () -> FunctionJar.open(context.getBean(Settings.class).functions()));
        context.registerBean(
                "functionCatalog",
                FunctionCatalog.class,
                () ->
                        new PredictCatalog(
                                context.getBean(Predict.class),
                                context.getBean(FunctionJar.class).functions()));
        context.registerBean(
                "composition",
                Composition.class,
                () ->
                        Definition.in(
                                context.getBean(FunctionCatalog.class),
                                context.getBean(Settings.class).functions().definition()));
        return context;
    }

    private static Settings settings(PropertyResolver properties) {
        Settings settings = Settings.from(properties);
        Log.use(settings);
        return settings;
    }

    private static void tell(Throwable failure) {
        StartException start = StartException.in(failure);
        if (start != null) {
            LOG.severe(start.getMessage() + " " + start.remedy());
        } else {
            LOG.log(
                    Level.SEVERE,
                    "The function cannot start because of a defect. Report it.",
                    failure);
        }
    }

    private static void exit(Thread runtime) {
        try {
            runtime.join(); // The JVM crashes if it exits while the native library loads.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Log.drain(); // Otherwise the reason is lost if nothing was written yet.
        System.exit(1);
    }
}
