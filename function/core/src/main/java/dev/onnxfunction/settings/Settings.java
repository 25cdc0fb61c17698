package dev.onnxfunction.settings;

import org.jspecify.annotations.Nullable;
import org.springframework.core.env.PropertyResolver;

import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * All settings, by environment variable ({@code LIMITS_MAX_ROWS}), system property ({@code
 * -Dlimits.max-rows=}) or argument ({@code --limits.max-rows=}).
 *
 * @param model the model file and its outputs
 * @param functions functions that rows pass through in addition to the model
 * @param limits limits of requests
 * @param predict how long predictions may take
 * @param explain limits of explanations
 * @param server where and how long it listens
 * @param http protocols
 * @param log what is logged
 * @param traces {@code otel.exporter.otlp.endpoint}: endpoint for spans, without {@code
 *     /v1/traces}; default: none, spans are not sent
 * @param apiKeys {@code access.keys}: path of a file with a key on each line, or of a folder of
 *     such files; default: none, no key is required
 * @param rollout support for rollouts
 */
public record Settings(
        Model model,
        Functions functions,
        Limits limits,
        Predict predict,
        Explain explain,
        Server server,
        Http http,
        Log log,
        @Nullable URI traces,
        @Nullable Path apiKeys,
        Rollout rollout) {

    /**
     * The model, and what its file does not declare.
     *
     * @param location {@code model.location}: path of the model file; default: the model in the jar
     * @param features {@code model.features}: names in column order, separated by commas, for a
     *     file that does not contain them; if the graph has several inputs, by input, {@code
     *     num=a,b;cat=c}, where "b;cat=c" is one element of the list; default: none
     * @param missingAllowed {@code model.missing=allowed}: whether every float, double and string
     *     feature of a file without a card may be missing; default: no
     * @param threads {@code model.threads}: threads of one call of the model, 1 to 256; default: 1
     * @param outputs which of the graph's outputs are read, for a file whose card does not name
     *     them
     */
    public record Model(
            @Nullable Path location,
            List<String> features,
            boolean missingAllowed,
            int threads,
            Outputs outputs) {

        /** A model whose outputs need no setting. */
        public Model(
                @Nullable Path location,
                List<String> features,
                boolean missingAllowed,
                int threads) {
            this(location, features, missingAllowed, threads, Outputs.UNNAMED);
        }
    }

    /**
     * Which outputs of a graph are read.
     *
     * @param prediction {@code model.output}: name of the output that is the prediction; default:
     *     the only one that can be
     * @param interval {@code model.interval}: names of the outputs with the lower and the upper
     *     bound, separated by a comma, or the name of one output of shape [N, 2]; default: none
     * @param levels {@code model.levels}: quantile levels of the columns of an output of shape [N,
     *     q], in rising order, 0 to 1 exclusive, including 0.5; default: none, the output has no
     *     quantiles
     */
    public record Outputs(@Nullable String prediction, List<String> interval, List<Double> levels) {

        static final Outputs UNNAMED = new Outputs(null, List.of(), List.of());
    }

    /**
     * The functions that rows pass through, under Spring Cloud Function's names for these settings.
     *
     * @param definition {@code spring.cloud.function.definition}: names of functions, separated by
     *     {@code |}; default: {@code predict}, which is the model
     * @param location {@code spring.cloud.function.location}: path of a jar with functions of the
     *     user; default: none
     * @param classes {@code spring.cloud.function.function-class}: names of their classes,
     *     separated by {@code ;}; default: none
     */
    public record Functions(String definition, @Nullable Path location, List<String> classes) {}

    /**
     * Limits of one request, and of all requests at a time.
     *
     * @param maxBody {@code limits.max-body}: bytes of a body, 1 B to 1 GB; default: 2 MB
     * @param bodyMemory {@code limits.body-memory}: bytes of memory for all bodies and large
     *     answers at a time, maxBody to 1 GB; default: 32 MB, or maxBody if that is more
     * @param connectionMemory {@code limits.connection-memory}: bytes of memory for everything else
     *     that connections hold at a time, such as unfinished heads, 64 KB to 1 GB; default: 16 MB
     * @param maxRows {@code limits.max-rows}: rows of a body, 1 to 1 000 000; default: 10 000
     * @param maxCells {@code limits.max-cells}: rows of a body times features of the model, 1 to
     *     100 000 000; one row is always accepted; default: 1 000 000
     * @param maxConnections {@code limits.max-connections}: maximum open connections, 1 to 1 000
     *     000; connections beyond it only get health; default: 16 384
     */
    public record Limits(
            int maxBody,
            int bodyMemory,
            int connectionMemory,
            int maxRows,
            int maxCells,
            int maxConnections) {}

    /**
     * Options and limits of explanations.
     *
     * @param samples {@code explain.samples}: for a model that is not linear, background rows that
     *     each row is compared with, which repeat if the background has fewer; 1 to 10 000;
     *     default: 100. For each explained row, the model predicts 2 × samples × (features − 1)
     *     rows
     * @param maxRows {@code explain.max-rows}: rows of a body that are explained, 1 to 1 000 000;
     *     default: 100
     * @param maxWaiting {@code explain.max-waiting}: maximum requests that wait for an explanation,
     *     1 to 10 000; default: 16
     * @param timeout {@code explain.timeout}: maximum time after a request's last byte; default: 60
     *     s
     */
    public record Explain(int samples, int maxRows, int maxWaiting, Duration timeout) {}

    /**
     * How long predictions may take.
     *
     * @param timeout {@code predict.timeout}: maximum time after a request's last byte; default: 30
     *     s
     */
    public record Predict(Duration timeout) {}

    /**
     * The server's address, port and timeouts.
     *
     * @param address {@code server.address}: address to listen on; default: all
     * @param port {@code server.port} or {@code PORT}: 0 to 65 535, 0 for any free one; default:
     *     8080
     * @param requestTimeout {@code server.request-timeout}: from a request's first byte to its
     *     last; default: 20 s
     * @param idleTimeout {@code server.idle-timeout}: between two requests of a connection;
     *     default: 120 s, more than the 90 s of the proxies of Knative, so that they close first
     * @param shutdownTimeout {@code server.shutdown-timeout}: for requests in flight after SIGTERM;
     *     default: 20 s
     */
    public record Server(
            @Nullable InetAddress address,
            int port,
            Duration requestTimeout,
            Duration idleTimeout,
            Duration shutdownTimeout) {}

    /**
     * Protocols in addition to JSON on {@code POST /predict}.
     *
     * @param protocols {@code http.protocols}: some of {@link Protocol}, separated by commas, or
     *     {@code none}; default: all
     * @param modelName {@code model.name}: the model's name in the paths of protocols; default: its
     *     card's name, otherwise its file's
     * @param vertex what Vertex AI configures in a container
     */
    public record Http(Set<Protocol> protocols, @Nullable String modelName, Vertex vertex) {

        /** Whether a protocol is on. */
        public boolean speaks(Protocol protocol) {
            return protocols.contains(protocol);
        }
    }

    /**
     * What Vertex AI sets for custom containers, if V1 is on. {@code AIP_HTTP_PORT} is the port if
     * no other is set, and {@code AIP_STORAGE_URI} takes precedence over {@code model.location}.
     *
     * @param healthRoute {@code aip.health.route}: path for probes; default: none
     * @param predictRoute {@code aip.predict.route}: path for predictions; default: none
     */
    public record Vertex(@Nullable String healthRoute, @Nullable String predictRoute) {

        static final Vertex NONE = new Vertex(null, null);
    }

    /** Which requests are logged. */
    public enum Access {
        ALL,
        FAILURES,
        OFF
    }

    /**
     * The log on the error stream.
     *
     * @param json {@code log.format}, {@code text} or {@code json}: whether lines are JSON for
     *     Google Cloud Logging; default: on Knative
     * @param access {@code log.access}: {@code all}, {@code failures} or {@code off}; default: all
     * @param payloads {@code log.payloads}: share of the predicted rows, 0 to 1, whose values are
     *     logged; default: 0
     * @param project {@code google.cloud.project}: the project of the traces in the log; default:
     *     none
     * @param revision {@code k.revision}: the name of the Knative revision; default: none
     */
    public record Log(
            boolean json,
            Access access,
            double payloads,
            @Nullable String project,
            @Nullable String revision) {}

    /**
     * Support for rollouts. Requests with one of its keys do not count as those of clients.
     *
     * @param key {@code rollout.key}: a key; default: none
     * @param keys {@code rollout.keys}: path of a file with a key on each line, or of a folder of
     *     such files, which need not exist; default: none. Without both, all requests count as
     *     those of clients
     * @param sampleMemory {@code rollout.sample-memory}: bytes of memory for copies of requests
     *     while a rollout asks for them, 0 to 64 MB; 0 turns copying off; default: 1 MB
     */
    public record Rollout(@Nullable String key, @Nullable Path keys, int sampleMemory) {

        /** Whether requests can be those of a rollout. */
        public boolean known() {
            return key != null || keys != null;
        }

        /** Without the key, which no log must have. */
        @Override
        public String toString() {
            return "Rollout[keys=%s, sampleMemory=%d]".formatted(keys, sampleMemory);
        }
    }

    /** Maximum rows of a body to explain, at most {@code limits.max-rows}. */
    public int explainedRows() {
        return Math.min(explain.maxRows(), limits.maxRows());
    }

    /**
     * Reads all settings.
     *
     * @throws StartException if a setting is invalid; the message names it and states what it must
     *     be
     */
    public static Settings from(PropertyResolver properties) {
        SettingReader read = new SettingReader(properties);
        Http http = http(read);
        boolean vertex = http.speaks(Protocol.V1);
        int maxBody = read.bytes("limits.max-body", 2 << 20, 1, 1 << 30);
        return new Settings(
                new Model(
                        vertex ? read.storedModel() : read.path("model.location"),
                        read.names("model.features", ","),
                        read.oneOf("model.missing", "allowed") != null,
                        read.whole("model.threads", 1, 1, 256),
                        new Outputs(
                                read.text("model.output"),
                                read.names("model.interval", ","),
                                read.shares("model.levels"))),
                new Functions(
                        read.text("spring.cloud.function.definition", "predict"),
                        read.path("spring.cloud.function.location"),
                        read.names("spring.cloud.function.function-class", ";")),
                new Limits(
                        maxBody,
                        read.bytes(
                                "limits.body-memory",
                                Math.max(32 << 20, maxBody),
                                maxBody,
                                1 << 30),
                        read.bytes("limits.connection-memory", 16 << 20, 64 << 10, 1 << 30),
                        read.whole("limits.max-rows", 10_000, 1, 1_000_000),
                        read.whole("limits.max-cells", 1_000_000, 1, 100_000_000),
                        read.whole("limits.max-connections", 16_384, 1, 1_000_000)),
                new Predict(read.seconds("predict.timeout", 30)),
                new Explain(
                        read.whole("explain.samples", 100, 1, 10_000),
                        read.whole("explain.max-rows", 100, 1, 1_000_000),
                        read.whole("explain.max-waiting", 16, 1, 10_000),
                        read.seconds("explain.timeout", 60)),
                new Server(
                        read.address("server.address"),
                        port(read, vertex),
                        read.seconds("server.request-timeout", 20),
                        read.seconds("server.idle-timeout", 120),
                        read.seconds("server.shutdown-timeout", 20)),
                http,
                log(read),
                read.httpUri("otel.exporter.otlp.endpoint"),
                read.path("access.keys"),
                new Rollout(
                        read.text("rollout.key"),
                        read.path("rollout.keys"),
                        read.bytes("rollout.sample-memory", 1 << 20, 0, 64 << 20)));
    }

    private static Http http(SettingReader read) {
        Set<Protocol> protocols = read.protocols("http.protocols");
        return new Http(
                protocols,
                read.segment("model.name"),
                protocols.contains(Protocol.V1)
                        ? new Vertex(
                                read.route("aip.health.route"), read.route("aip.predict.route"))
                        : Vertex.NONE);
    }

    private static int port(SettingReader read, boolean vertex) {
        int standard = vertex ? read.whole("aip.http.port", 8080, 0, 65_535) : 8080;
        return read.whole("server.port", read.whole("port", standard, 0, 65_535), 0, 65_535);
    }

    private static Log log(SettingReader read) {
        String revision = read.word("k.revision");
        String format = read.oneOf("log.format", "text", "json");
        String access = read.oneOf("log.access", "all", "failures", "off");
        return new Log(
                format == null ? revision != null : format.equals("json"),
                access == null ? Access.ALL : Access.valueOf(access.toUpperCase(Locale.ROOT)),
                read.share("log.payloads"),
                read.word("google.cloud.project"),
                revision);
    }
}
