package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.drive.Driver;
import dev.onnxfunction.rollout.drive.Gates;
import dev.onnxfunction.rollout.engine.Exit;
import dev.onnxfunction.rollout.engine.Revision;
import dev.onnxfunction.rollout.engine.Revision.Readiness;
import dev.onnxfunction.rollout.engine.Rollout;
import dev.onnxfunction.rollout.engine.State;
import dev.onnxfunction.rollout.gates.ModelGates;
import dev.onnxfunction.rollout.gates.Reach;
import dev.onnxfunction.rollout.gates.rows.Evaluation;
import dev.onnxfunction.rollout.report.Journal;
import dev.onnxfunction.rollout.simulate.LocalKey;
import dev.onnxfunction.rollout.simulate.LocalPlatform;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code rollout simulate}. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description =
                "Rolls a model out without a cluster: two local processes of the function behind a"
                        + " proxy that splits the requests of a few simulated users. For the"
                        + " example model, --evaluation defaults to its held-out rows.")
final class SimulateCommand implements Callable<Integer> {

    private static final Duration START = Duration.ofSeconds(60);
    private static final Path EXAMPLE = Path.of("training-notebook-export");
    private static final Path EXAMPLE_MODEL = EXAMPLE.resolve("model").resolve("model.onnx");

    @Option(
            names = "--live",
            paramLabel = "MODEL",
            description = "The live model. Default: ${DEFAULT-VALUE}")
    Path live = EXAMPLE_MODEL;

    @Option(
            names = "--candidate",
            paramLabel = "MODEL",
            required = true,
            description = "The new model.")
    Path candidate = Path.of("");

    @Option(
            names = "--function",
            paramLabel = "JAR",
            description = "Jar of the function. Default: ${DEFAULT-VALUE}")
    Path function = Path.of("function", "target", "function.jar");

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "Environment variable for the function, such as MODEL_FEATURES.")
    Map<String, String> settings = new HashMap<>();

    @Option(
            names = "--users",
            paramLabel = "FILE",
            description =
                    "CSV file with a header: rows that users send, drawn at random. Default: one"
                            + " row of the evaluation.")
    @Nullable Path users;

    @Option(
            names = "--rate",
            paramLabel = "COUNT",
            defaultValue = "50",
            description = "User requests per second, 1 to 1000. Default: ${DEFAULT-VALUE}")
    int rate;

    @Mixin GateOptions gateOptions = new GateOptions();

    @Mixin PlanOptions planOptions = new PlanOptions(Duration.ofSeconds(5), Duration.ofSeconds(10));

    @Override
    public Integer call() throws IOException, InterruptedException {
        InstantSource clock = InstantSource.system();
        Journal journal = Journal.of(System.out, clock);
        if (live.equals(EXAMPLE_MODEL) && gateOptions.evaluation == null) {
            gateOptions.evaluation = EXAMPLE.resolve("model/evaluation.csv");
        }
        if (rate < 1 || rate > 1000) {
            throw new RefusalException(Exit.REFUSED, "--rate is " + rate + ". Give 1 to 1000.");
        }
        State.Deploy wish = wish();
        try (LocalKey key = LocalKey.make()) {
            settings.put("ROLLOUT_KEYS", key.file().toString());
            Reach reach = new Reach(null, Map.of(Reach.MARK, key.value()));
            ModelGates gates = gateOptions.gates(reach, clock, Thread::sleep, journal);
            Gates all = gateOptions.withTraffic(gates, reach, clock, Thread::sleep, journal);
            return run(wish, gates, all, clock, journal);
        }
    }

    private int run(
            State.Deploy wish, ModelGates gates, Gates all, InstantSource clock, Journal journal)
            throws IOException, InterruptedException {
        try (LocalPlatform platform =
                new LocalPlatform(
                        existing(function, "Build it with ./mvnw package, or give --function."),
                        existing(live, "Give a model file with --live."),
                        existing(candidate, "Give a model file with --candidate."),
                        settings,
                        clock,
                        journal)) {
            Driver driver = new Driver(platform, all, clock, Thread::sleep, journal);
            awaitLive(platform, journal, clock);
            platform.open(rows(gates, platform), rate);
            journal.detail("Users ask " + platform.front() + "/predict; you can, too.");
            Signals.passTo(driver);
            return driver.run(wish).code();
        }
    }

    private static Evaluation read(Path users) {
        try {
            return Evaluation.read(users);
        } catch (IOException e) {
            throw new RefusalException(
                    Exit.REFUSED, "The file of --users cannot be read. " + e.getMessage());
        }
    }

    /** What users send: their rows, else one of the evaluation, as the live model takes it. */
    private List<String> rows(ModelGates gates, LocalPlatform platform)
            throws InterruptedException {
        try {
            String row = gates.check(platform.liveAddress());
            return users == null ? List.of(row) : gates.users(read(users), platform.liveAddress());
        } catch (IOException e) {
            throw new RefusalException(Exit.REFUSED, String.valueOf(e.getMessage()));
        }
    }

    private State.Deploy wish() {
        return new State.Deploy(
                new Rollout(
                        ClusterCommand.randomId(),
                        LocalPlatform.CANDIDATE,
                        null,
                        planOptions.plan(gateOptions.shadowTime(), Duration.ZERO)),
                false);
    }

    private static Path existing(Path file, String remedy) {
        if (!Files.isRegularFile(file)) {
            throw new RefusalException(Exit.REFUSED, "There is no file " + file + ". " + remedy);
        }
        return file;
    }

    private static void awaitLive(LocalPlatform platform, Journal journal, InstantSource clock)
            throws InterruptedException {
        Instant end = clock.instant().plus(START);
        Revision revision = platform.live();
        while (revision.readiness() == Readiness.PENDING && clock.instant().isBefore(end)) {
            journal.progress("the live model starts");
            Thread.sleep(Duration.ofMillis(100));
            revision = platform.live();
        }
        if (revision.readiness() != Readiness.READY) {
            journal.details(platform.diagnose(revision.name()));
            throw new RefusalException(
                    Exit.REFUSED, "The live model does not serve. " + revision.problem());
        }
    }
}
