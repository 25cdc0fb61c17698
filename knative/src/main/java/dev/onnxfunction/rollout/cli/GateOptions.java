package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.drive.Gates;
import dev.onnxfunction.rollout.drive.Sleeper;
import dev.onnxfunction.rollout.engine.Exit;
import dev.onnxfunction.rollout.gates.ErrorBudget;
import dev.onnxfunction.rollout.gates.Limits;
import dev.onnxfunction.rollout.gates.ModelGates;
import dev.onnxfunction.rollout.gates.ParityRows;
import dev.onnxfunction.rollout.gates.RevisionAccess;
import dev.onnxfunction.rollout.gates.ShadowGates;
import dev.onnxfunction.rollout.gates.ShadowLimits;
import dev.onnxfunction.rollout.gates.TrafficGates;
import dev.onnxfunction.rollout.gates.rows.Evaluation;
import dev.onnxfunction.rollout.gates.rows.EvaluationException;
import dev.onnxfunction.rollout.gates.rows.EvaluationFile;
import dev.onnxfunction.rollout.job.JobRequest;
import dev.onnxfunction.rollout.report.ProgressPrinter;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/** The gates and their limits. */
final class GateOptions {

    @Option(
            names = "--model",
            paramLabel = "NAME@VERSION",
            description =
                    "Name and version on the candidate's model card. Default: those in --parity")
    @Nullable String model;

    @Option(
            names = "--parity",
            paramLabel = "FILE",
            description = "JSON file with rows and the exporter's predictions for them.")
    @Nullable Path parity;

    @Option(
            names = "--tolerance",
            paramLabel = "ERROR",
            description =
                    "Largest relative error of those predictions. Default: the file's tolerance,"
                            + " or 1e-9")
    @Nullable Double tolerance;

    @Option(
            names = "--evaluation",
            paramLabel = "FILE",
            description =
                    "CSV file with a header: labelled rows that neither model was trained on, to"
                            + " compare the errors of both.")
    @Nullable Path evaluation;

    @Option(
            names = "--target",
            paramLabel = "COLUMN",
            description = "Column of the true values. Default: the target on the model card")
    @Nullable String target;

    @Option(
            names = "--max-shift",
            paramLabel = "SD",
            defaultValue = "0.75",
            description =
                    "How far predictions may move from live's, as the root mean square of the"
                            + " differences in standard deviations of live's; further if both"
                            + " models' errors explain it. Default: ${DEFAULT-VALUE}")
    double shift;

    @Option(
            names = "--max-probe-distance",
            paramLabel = "WIDTHS",
            defaultValue = "10",
            description =
                    "How far a prediction for a probe, a row with other values within the ranges of"
                        + " the features, may be from the range of the target, in widths of that"
                        + " range; Infinity to leave out the gates 'probes' and 'next rows'."
                        + " Default: ${DEFAULT-VALUE}")
    double probeDistance;

    @Mixin EvaluationOptions errors = new EvaluationOptions();

    @Mixin LatencyOptions latency = new LatencyOptions();

    @Mixin ShadowOptions shadow = new ShadowOptions();

    @Option(
            names = "--max-memory",
            paramLabel = "PERCENT%",
            defaultValue = "90%",
            converter = Percentages.Share.class,
            description =
                    "Share of its memory limit that a pod of the candidate may use. Default:"
                            + " ${DEFAULT-VALUE}")
    double memory;

    @Option(
            names = "--max-error-rate",
            paramLabel = "PERCENT%",
            defaultValue = "0.1%",
            description =
                    "Share of the candidate's requests so far that may fail; 2 may always fail."
                            + " Default: ${DEFAULT-VALUE}")
    ErrorBudget budget = new ErrorBudget(0);

    private void refuseContradictions() {
        if (model != null && !model.matches("[^@]+@[^@]+")) {
            throw new RefusalException(
                    Exit.REFUSED, "--model is NAME@VERSION, and not '" + model + "'.");
        }
        if (tolerance != null && parity == null) {
            throw new RefusalException(
                    Exit.REFUSED, "--tolerance applies to the rows of --parity. Give that, too.");
        }
        if (target != null && evaluation == null) {
            throw new RefusalException(
                    Exit.REFUSED, "--target names a column of --evaluation. Give that, too.");
        }
    }

    /** Checks the options, and the files as far as they are on this machine. */
    void check() {
        if (isOnVolume(parity) || isOnVolume(evaluation)) {
            refuseContradictions();
            return;
        }
        InstantSource clock = InstantSource.system();
        gates(RevisionAccess.DIRECT, clock, Thread::sleep, ProgressPrinter.of(System.out, clock));
    }

    private static boolean isOnVolume(@Nullable Path file) {
        return file != null && file.startsWith(JobRequest.VOLUME);
    }

    /** The gates that these options ask for. */
    ModelGates gates(
            RevisionAccess access, InstantSource clock, Sleeper sleeper, ProgressPrinter printer) {
        refuseContradictions();
        try {
            return new ModelGates(
                    limits(),
                    budget,
                    parity == null ? null : ParityRows.read(parity),
                    evaluation == null ? null : rows(evaluation),
                    target,
                    access,
                    clock,
                    sleeper,
                    printer);
        } catch (IllegalArgumentException | EvaluationException e) {
            throw new RefusalException(Exit.REFUSED, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new RefusalException(
                    Exit.REFUSED, "A file with rows cannot be read. " + e.getMessage());
        }
    }

    /** These gates, then the shadow if there is one, and then the gates on real traffic. */
    Gates withTraffic(
            ModelGates gates,
            RevisionAccess access,
            InstantSource clock,
            Sleeper sleeper,
            ProgressPrinter printer) {
        return new TrafficGates(
                withShadow(gates, access, clock, sleeper, printer),
                limits(),
                gates::acceptedShift,
                access,
                clock,
                printer);
    }

    /** Longest duration of the shadow; zero if there is none. */
    Duration shadowTime() {
        ShadowLimits limits = shadow.limits(errors.minRows);
        return limits == null ? Duration.ZERO : limits.time();
    }

    /** These gates, and then the shadow if there is one. */
    private Gates withShadow(
            ModelGates gates,
            RevisionAccess access,
            InstantSource clock,
            Sleeper sleeper,
            ProgressPrinter printer) {
        ShadowLimits asked = shadow.limits(errors.minRows);
        if (asked == null) {
            return gates;
        }
        if (!access.hasRolloutKey()) {
            throw new RefusalException(
                    Exit.REFUSED,
                    "--shadow needs the rollout key to fetch copies of requests from live. Set the"
                            + " environment variable ROLLOUT_KEY, or name another one with"
                            + " --rollout-key-env.");
        }
        return new ShadowGates(
                gates,
                asked,
                limits(),
                budget,
                gates::acceptedShift,
                access,
                clock,
                sleeper,
                printer);
    }

    private Limits limits() {
        return new Limits(
                model, tolerance, errors.limits(), probeDistance, shift, latency.limits(), memory);
    }

    private Evaluation rows(Path file) throws IOException {
        Evaluation rows = EvaluationFile.read(file);
        rows.check(errors.minRows, target, errors.groups);
        return rows;
    }
}
