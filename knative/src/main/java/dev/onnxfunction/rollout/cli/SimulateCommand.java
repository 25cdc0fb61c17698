package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.drive.Driver;
import dev.onnxfunction.rollout.drive.Gates;
import dev.onnxfunction.rollout.engine.Exit;
import dev.onnxfunction.rollout.engine.Revision;
import dev.onnxfunction.rollout.engine.Revision.Readiness;
import dev.onnxfunction.rollout.engine.Rollout;
import dev.onnxfunction.rollout.engine.State;
import dev.onnxfunction.rollout.gates.ModelGates;
import dev.onnxfunction.rollout.gates.RevisionAccess;
import dev.onnxfunction.rollout.gates.rows.Evaluation;
import dev.onnxfunction.rollout.gates.rows.EvaluationFile;
import dev.onnxfunction.rollout.report.ProgressPrinter;
import dev.onnxfunction.rollout.simulate.LocalPlatform;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code rollout simulate}. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        versionProvider = ManifestVersion.class,
        description =
                "Rolls a model out without a cluster: two local processes of the function behind a"
                        + " proxy that splits the requests of a few simulated users. For the"
                        + " example model, --evaluation defaults to its held-out rows.")
final class SimulateCommand implements Callable<Integer> {

    private static final Duration START = Duration.ofSeconds(60);
    private static final int KEY_BYTES = 24;
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
            description = "The new model, an .onnx file.")
    Path candidate = Path.of("");

    @Option(
            names = "--function",
            paramLabel = "FILE",
            description =
                    "File that starts the function, in the layout of its image. Default:"
                            + " ${DEFAULT-VALUE}")
    Path function = Path.of("function", "target", "image", "run");

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
        ProgressPrinter printer = ProgressPrinter.of(System.out, clock);
        if (live.equals(EXAMPLE_MODEL) && gateOptions.evaluation == null) {
            gateOptions.evaluation = EXAMPLE.resolve("model/evaluation.csv");
        }
        if (rate < 1 || rate > 1000) {
            throw new RefusalException(Exit.REFUSED, "--rate is " + rate + ". Give 1 to 1000.");
        }
        State.Deploy command = command();
        String key = randomKey();
        settings.put("ROLLOUT_KEY", key);
        RevisionAccess access = new RevisionAccess(null, Map.of(RevisionAccess.KEY_HEADER, key));
        ModelGates gates = gateOptions.gates(access, clock, Thread::sleep, printer);
        Gates all = gateOptions.withTraffic(gates, access, clock, Thread::sleep, printer);
        return run(command, gates, all, clock, printer);
    }

    private static String randomKey() {
        byte[] random = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private int run(
            State.Deploy command,
            ModelGates gates,
            Gates all,
            InstantSource clock,
            ProgressPrinter printer)
            throws IOException, InterruptedException {
        try (LocalPlatform platform =
                new LocalPlatform(
                        executable(function),
                        existing(live, "Give a model file with --live."),
                        existing(candidate, "Give a model file with --candidate."),
                        settings,
                        clock,
                        printer)) {
            Driver driver = new Driver(platform, all, clock, Thread::sleep, printer);
            awaitLive(platform, printer, clock);
            platform.startUsers(rows(gates, platform), rate);
            printer.detail("Users ask " + platform.proxyAddress() + "/predict; you can, too.");
            Signals.passTo(driver);
            return driver.run(command).code();
        }
    }

    private static Evaluation read(Path users) {
        try {
            return EvaluationFile.read(users);
        } catch (IOException e) {
            throw new RefusalException(
                    Exit.REFUSED, "The file of --users cannot be read. " + e.getMessage());
        }
    }

    /** The rows that users send: those of --users, otherwise one row of the evaluation. */
    private List<String> rows(ModelGates gates, LocalPlatform platform)
            throws InterruptedException {
        try {
            String row = gates.check(platform.liveAddress());
            return users == null ? List.of(row) : gates.users(read(users), platform.liveAddress());
        } catch (IOException e) {
            throw new RefusalException(Exit.REFUSED, String.valueOf(e.getMessage()));
        }
    }

    private State.Deploy command() {
        return new State.Deploy(
                new Rollout(
                        RolloutIds.random(),
                        LocalPlatform.CANDIDATE,
                        null,
                        planOptions.plan(gateOptions.shadowTime(), Duration.ZERO)),
                false);
    }

    private static Path executable(Path file) {
        if (!Files.isRegularFile(file) || !Files.isExecutable(file)) {
            throw new RefusalException(
                    Exit.REFUSED,
                    "There is no executable file "
                            + file
                            + ". Build the function with ./mvnw package, or give the file 'run' of"
                            + " its layout with --function.");
        }
        return file;
    }

    private static Path existing(Path file, String remedy) {
        if (!Files.isRegularFile(file)) {
            throw new RefusalException(Exit.REFUSED, "There is no file " + file + ". " + remedy);
        }
        return file;
    }

    private static void awaitLive(
            LocalPlatform platform, ProgressPrinter printer, InstantSource clock)
            throws InterruptedException {
        Instant end = clock.instant().plus(START);
        Revision revision = platform.live();
        while (revision.readiness() == Readiness.PENDING && clock.instant().isBefore(end)) {
            printer.progress("the live model starts");
            Thread.sleep(Duration.ofMillis(100));
            revision = platform.live();
        }
        if (revision.readiness() != Readiness.READY) {
            printer.details(platform.diagnose(revision.name()));
            throw new RefusalException(
                    Exit.REFUSED, "The live model does not serve. " + revision.problem());
        }
    }
}
