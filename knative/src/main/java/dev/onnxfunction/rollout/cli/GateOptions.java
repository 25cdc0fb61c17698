package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.drive.Gates;
import dev.onnxfunction.rollout.drive.Pace;
import dev.onnxfunction.rollout.engine.Exit;
import dev.onnxfunction.rollout.gates.ErrorBudget;
import dev.onnxfunction.rollout.gates.Limits;
import dev.onnxfunction.rollout.gates.ModelGates;
import dev.onnxfunction.rollout.gates.Parity;
import dev.onnxfunction.rollout.gates.Reach;
import dev.onnxfunction.rollout.gates.ShadowGates;
import dev.onnxfunction.rollout.gates.ShadowLimits;
import dev.onnxfunction.rollout.gates.TrafficGates;
import dev.onnxfunction.rollout.gates.rows.Evaluation;
import dev.onnxfunction.rollout.gates.rows.EvaluationException;
import dev.onnxfunction.rollout.job.Order;
import dev.onnxfunction.rollout.report.Journal;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/** What the candidate must pass. */
final class GateOptions {

    @Option(
            names = "--model",
            paramLabel = "NAME@VERSION",
            description = "What the model card must say; by default, what --parity names.")
    @Nullable String model;

    @Option(
            names = "--parity",
            paramLabel = "FILE",
            description = "JSON: rows, and the predictions that the exporter made for them.")
    @Nullable Path parity;

    @Option(
            names = "--tolerance",
            paramLabel = "ERROR",
            description =
                    "Largest relative error of those predictions; by default, what the file says,"
                            + " or 1e-9.")
    @Nullable Double tolerance;

    @Option(
            names = {"--evaluation", "--rows"},
            paramLabel = "FILE",
            description =
                    "CSV with a header: labelled rows that neither model was trained on, for the"
                            + " comparison of errors.")
    @Nullable Path evaluation;

    @Option(
            names = "--target",
            paramLabel = "COLUMN",
            description = "The label; by default, the target that the model card names.")
    @Nullable String target;

    @Option(
            names = "--max-shift",
            paramLabel = "SD",
            defaultValue = "0.75",
            description =
                    "How far predictions may move from live's, as the root mean square of the"
                            + " differences in standard deviations of live's. Default:"
                            + " ${DEFAULT-VALUE}")
    double shift;

    @Mixin ErrorOptions errors = new ErrorOptions();

    @Mixin LatencyOptions latency = new LatencyOptions();

    @Mixin ShadowOptions shadow = new ShadowOptions();

    @Option(
            names = "--max-memory",
            paramLabel = "PERCENT%",
            defaultValue = "90%",
            converter = Percentages.Share.class,
            description =
                    "Share of its memory limit that a pod of the candidate may take. Default:"
                            + " ${DEFAULT-VALUE}")
    double memory;

    @Option(
            names = "--max-error-rate",
            paramLabel = "PERCENT%",
            defaultValue = "0.1%",
            description =
                    "Share of all requests so far that may fail at the candidate, but at least 2."
                            + " Default: ${DEFAULT-VALUE}")
    ErrorBudget budget = new ErrorBudget(0);

    private void contradictions() {
        if (model != null && !model.matches("[^@]+@[^@]+")) {
            throw new RefusalException(
                    Exit.REFUSED, "--model is NAME@VERSION, and not '" + model + "'.");
        }
        if (tolerance != null && parity == null) {
            throw new RefusalException(
                    Exit.REFUSED, "--tolerance is of the rows of --parity. Give them, too.");
        }
        if (target != null && evaluation == null) {
            throw new RefusalException(
                    Exit.REFUSED, "--target names a column of --evaluation. Give that, too.");
        }
    }

    /** Checks the options, and the files as far as they are on this machine. */
    void check() {
        if (isOnVolume(parity) || isOnVolume(evaluation)) {
            contradictions();
            return;
        }
        InstantSource clock = InstantSource.system();
        gates(Reach.DIRECT, clock, Thread::sleep, Journal.of(System.out, clock));
    }

    private static boolean isOnVolume(@Nullable Path file) {
        return file != null && file.startsWith(Order.VOLUME);
    }

    /** The gates that are asked for. */
    ModelGates gates(Reach reach, InstantSource clock, Pace pace, Journal journal) {
        contradictions();
        try {
            return new ModelGates(
                    limits(),
                    budget,
                    parity == null ? null : Parity.read(parity),
                    evaluation == null ? null : rows(evaluation),
                    target,
                    reach,
                    clock,
                    pace,
                    journal);
        } catch (IllegalArgumentException e) {
            throw new RefusalException(Exit.REFUSED, String.valueOf(e.getMessage()));
        } catch (EvaluationException e) {
            throw new RefusalException(Exit.REFUSED, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new RefusalException(
                    Exit.REFUSED, "A file with rows cannot be read. " + e.getMessage());
        }
    }

    /** These gates, then the shadow if there is to be one, and then those of real traffic. */
    Gates withTraffic(
            ModelGates gates, Reach reach, InstantSource clock, Pace pace, Journal journal) {
        return new TrafficGates(
                withShadow(gates, reach, clock, pace, journal), limits(), reach, clock, journal);
    }

    /** How long the shadow lasts at most; zero if there is to be none. */
    Duration shadowTime() {
        ShadowLimits limits = shadow.limits(errors.minRows);
        return limits == null ? Duration.ZERO : limits.time();
    }

    /** These gates, and then the shadow if there is to be one. */
    private Gates withShadow(
            ModelGates gates, Reach reach, InstantSource clock, Pace pace, Journal journal) {
        ShadowLimits asked = shadow.limits(errors.minRows);
        if (asked == null) {
            return gates;
        }
        if (!reach.isMarked()) {
            throw new RefusalException(
                    Exit.REFUSED,
                    "--shadow asks live for copies of requests, and needs the rollout key for that."
                            + " Put it into the environment variable ROLLOUT_KEY, or name another"
                            + " one with --rollout-key-env.");
        }
        return new ShadowGates(gates, asked, limits(), budget, reach, clock, pace, journal);
    }

    private Limits limits() {
        return new Limits(model, tolerance, errors.limits(), shift, latency.limits(), memory);
    }

    private Evaluation rows(Path file) throws IOException {
        Evaluation rows = Evaluation.read(file);
        rows.check(errors.minRows, target, errors.groups);
        return rows;
    }
}
