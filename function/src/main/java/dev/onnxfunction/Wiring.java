package dev.onnxfunction;

import dev.onnxfunction.access.ApiKeys;
import dev.onnxfunction.catalog.FunctionJar;
import dev.onnxfunction.catalog.PredictCatalog;
import dev.onnxfunction.compose.Composition;
import dev.onnxfunction.compose.Definition;
import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.Endpoints;
import dev.onnxfunction.contract.Router;
import dev.onnxfunction.contract.ServedModel;
import dev.onnxfunction.http.HttpServer;
import dev.onnxfunction.logs.AccessLog;
import dev.onnxfunction.logs.Log;
import dev.onnxfunction.logs.PayloadLog;
import dev.onnxfunction.metrics.PrometheusMetrics;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.observe.Observer;
import dev.onnxfunction.observe.Observers;
import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.protocol.Protocols;
import dev.onnxfunction.sample.RequestSamples;
import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.traces.Traces;

import org.jspecify.annotations.Nullable;
import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.context.MessageSource;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.PropertyResolver;
import org.springframework.core.env.StandardEnvironment;

import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The composition root: all parts of the application, and what each of them gets.
 *
 * <p>The parts are Spring beans. Spring creates them in the order of {@link #context}, and closes
 * them in the reverse order, also those of a start that fails half way. They are registered in
 * code: no annotations are read, at the start or ahead of time, and only Spring's bean container is
 * used.
 */
final class Wiring {

    private final GenericApplicationContext context = new LeanContext();
    private final Consumer<? super Closeable> beforeListening;

    private Wiring(Consumer<? super Closeable> beforeListening) {
        this.beforeListening = beforeListening;
    }

    /**
     * Returns the application before its refresh.
     *
     * @param beforeListening gets the application just before it listens
     * @param args settings such as {@code --model.threads=2}
     */
    static GenericApplicationContext context(
            Consumer<? super Closeable> beforeListening, String... args) {
        StandardEnvironment environment = new StandardEnvironment();
        Arguments arguments = new Arguments(args);
        environment.getPropertySources().addFirst(arguments);
        Wiring parts = new Wiring(beforeListening);
        parts.context.setEnvironment(environment);
        parts.register(environment, arguments);
        return parts.context;
    }

    private void register(PropertyResolver properties, Arguments arguments) {
        context.registerBean("messageSource", MessageSource.class, NoMessages::new);
        add(Settings.class, () -> settings(properties, arguments));
        // Up to the model, everything is prepared while ONNX Runtime still loads.
        add(Keys.class, () -> Keys.of(get(Settings.class)));
        add(HttpServer.class, () -> new HttpServer(get(Settings.class), this::outOfMemory));
        add(OnnxModel.class, () -> OnnxModel.load(get(Settings.class).model()));
        add(Predict.class, () -> Predict.with(get(OnnxModel.class)));
        add(FunctionJar.class, () -> FunctionJar.open(get(Settings.class).functions()));
        add(FunctionCatalog.class, this::catalog);
        add(Composition.class, this::composition);
        context.registerBean(
                AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME,
                Serving.class,
                this::serving);
    }

    /** Registers a part, under the name of its type. */
    private <T> void add(Class<T> type, Supplier<T> part) {
        context.registerBean(type.getName(), type, part);
    }

    private <T> T get(Class<T> type) {
        return context.getBean(type.getName(), type);
    }

    private static Settings settings(PropertyResolver properties, Arguments arguments) {
        Settings settings = Settings.from(properties);
        Log.use(settings);
        arguments.check(System.getenv().keySet());
        return settings;
    }

    private FunctionCatalog catalog() {
        return new PredictCatalog(get(Predict.class), get(FunctionJar.class).functions());
    }

    private Composition composition() {
        return Definition.in(
                get(FunctionCatalog.class), get(Settings.class).functions().definition());
    }

    private Serving serving() {
        Settings settings = get(Settings.class);
        OnnxModel model = get(OnnxModel.class);
        HttpServer server = get(HttpServer.class);
        Keys keys = get(Keys.class);
        ApiKeys clients = keys.clients();
        PrometheusMetrics metrics =
                new PrometheusMetrics(
                        model,
                        clients == null ? null : clients::lastReadSucceeded,
                        Log::droppedLines);
        Observer observer = observer(settings, model, metrics);
        ServedModel served =
                new ServedModel(
                        model,
                        get(Predict.class),
                        get(Composition.class),
                        settings,
                        observer,
                        samples(settings.rollout(), model),
                        server::isReady);
        List<Endpoint> endpoints = Endpoints.ofServer(served, metrics);
        endpoints.addAll(Protocols.endpoints(served)); // Last: Vertex AI's paths take precedence.
        Router router = new Router(endpoints, clients, keys.rollouts());
        return new Serving(server, router, observer, served, () -> beforeListening.accept(context));
    }

    private static Observer observer(
            Settings settings, OnnxModel model, PrometheusMetrics metrics) {
        Settings.Log log = settings.log();
        List<Observer> observers = new ArrayList<>(List.of(metrics));
        if (settings.traces() != null) {
            observers.add(new Traces(settings.traces(), model.toString()));
        }
        if (log.payloads() > 0) {
            observers.add(new PayloadLog(model, log.payloads()));
        }
        if (log.access() != Settings.Access.OFF) {
            observers.add(new AccessLog(log.access() == Settings.Access.FAILURES));
        }
        return new Observers(observers);
    }

    private static @Nullable RequestSamples samples(Settings.Rollout rollout, OnnxModel model) {
        return rollout.known() && rollout.sampleMemory() > 0
                ? new RequestSamples(model.toString(), rollout.sampleMemory())
                : null;
    }

    private void outOfMemory() {
        ProcessExit.after(context, ProcessExit.OUT_OF_MEMORY);
    }
}
