package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.cluster.Candidate;
import dev.onnxfunction.rollout.cluster.CandidateFactory;
import dev.onnxfunction.rollout.cluster.ImageName;
import dev.onnxfunction.rollout.cluster.KnativePlatform;
import dev.onnxfunction.rollout.cluster.UnsupportedServiceException;
import dev.onnxfunction.rollout.drive.Gates;
import dev.onnxfunction.rollout.drive.PlatformException;
import dev.onnxfunction.rollout.engine.Exit;
import dev.onnxfunction.rollout.engine.Rollout;
import dev.onnxfunction.rollout.engine.RolloutPlan;
import dev.onnxfunction.rollout.engine.State;
import dev.onnxfunction.rollout.engine.Tags;
import dev.onnxfunction.rollout.gates.ModelGates;
import dev.onnxfunction.rollout.gates.RevisionAccess;
import dev.onnxfunction.rollout.gates.rows.EvaluationException;
import dev.onnxfunction.rollout.report.ProgressPrinter;

import io.fabric8.knative.serving.v1.Service;
import io.fabric8.kubernetes.client.KubernetesClient;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** {@code rollout deploy}. */
@Command(
        name = "deploy",
        mixinStandardHelpOptions = true,
        versionProvider = ManifestVersion.class,
        description =
                "Creates a revision, tests it with the gates before it has traffic, and increases"
                        + " its share while it passes. Run the same command again to resume.")
final class DeployCommand extends ChangeCommand {

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "SERVICE",
            description = "Name of the Service. Default: the name in the manifest.")
    @Nullable String service;

    @Option(
            names = "--image",
            required = true,
            paramLabel = "NAME@sha256:DIGEST",
            description = "The image to deploy.")
    String image = "";

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description =
                    "Manifest of the Service; - for standard input. Default: the settings of the"
                            + " live revision.")
    @Nullable Path file;

    @Option(names = "--take-over", description = "End the running rollout of another candidate.")
    boolean takeOver;

    @Option(
            names = "--keep",
            paramLabel = "COUNT",
            defaultValue = "" + KEEP,
            description =
                    "Number of revisions to keep, including those with traffic or a tag. Default:"
                            + " ${DEFAULT-VALUE}")
    int keep;

    @Option(
            names = "--approval",
            paramLabel = "TIME",
            defaultValue = "0s",
            description =
                    "How long a candidate that has passed the gates before traffic waits for"
                            + " 'rollout approve'. Without an approval it gets no traffic; 0s to"
                            + " need none. Default: ${DEFAULT-VALUE}")
    Duration approval = Duration.ZERO;

    @Mixin GateOptions gateOptions = new GateOptions();

    @Mixin
    PlanOptions planOptions = new PlanOptions(Duration.ofSeconds(60), RolloutPlan.LIVE_DEADLINE);

    @Mixin AccessOptions accessOptions = new AccessOptions();

    @Override
    int here() throws IOException {
        InstantSource clock = InstantSource.system();
        ProgressPrinter printer = ProgressPrinter.of(process.out(), clock);
        RevisionAccess access = accessOptions.access(process);
        ModelGates gates = gateOptions.gates(access, clock, process.sleeper(), printer);
        RolloutPlan plan = plan();
        try {
            ImageName.digest(image);
            Gates all = gateOptions.withTraffic(gates, access, clock, process.sleeper(), printer);
            return deploy(manifest(), plan, gates, all, printer);
        } catch (UnsupportedServiceException e) {
            throw new RefusalException(Exit.REFUSED, e.problem());
        } catch (PlatformException e) {
            throw new RefusalException(Exit.LOST, e.problem() + " Nothing was changed.");
        }
    }

    private RolloutPlan plan() {
        if (keep < 0) {
            throw new RefusalException(
                    Exit.REFUSED, "--keep is " + keep + ". Give 0 or the number of revisions.");
        }
        Duration awaited = dryRun ? Duration.ZERO : approval; // All goes well in a dry run.
        return planOptions.plan(gateOptions.shadowTime(), awaited);
    }

    @Override
    @Nullable Duration limit() {
        return planOptions.timeLimit;
    }

    @Override
    String checked() throws IOException {
        accessOptions.refuseInCluster();
        plan();
        gateOptions.check();
        try {
            ImageName.digest(image);
            return KubernetesNames.service(name(manifest()));
        } catch (UnsupportedServiceException e) {
            throw new RefusalException(Exit.REFUSED, e.problem());
        }
    }

    private int deploy(
            @Nullable Service manifest,
            RolloutPlan plan,
            ModelGates gates,
            Gates all,
            ProgressPrinter printer)
            throws UnsupportedServiceException, PlatformException {
        String name = KubernetesNames.service(name(manifest));
        try (KubernetesClient client = cluster.client()) {
            String namespace = cluster.namespace(client);
            requireNamespace(manifest, namespace);
            Candidate candidate =
                    CandidateFactory.of(client, namespace, name)
                            .make(manifest, image, gates.version());
            Rollout rollout = new Rollout(id(), candidate.name(), null, plan, begun());
            try (KnativePlatform platform = platform(client, name, candidate, keep)) {
                if (gateOptions.evaluation != null && !dryRun) {
                    checkRows(platform, gates);
                }
                return drive(platform, new State.Deploy(rollout, takeOver), all, printer);
            }
        }
    }

    /** Refuses rows that the live model does not take, before anything is changed. */
    private static void checkRows(KnativePlatform platform, ModelGates gates)
            throws PlatformException {
        platform.observe();
        Optional<URI> live = platform.address(Tags.LIVE);
        if (live.isEmpty()) {
            return;
        }
        try {
            gates.check(live.get());
        } catch (EvaluationException e) {
            throw new RefusalException(Exit.REFUSED, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            // The gates try again, and report which revision fails.
        } catch (InterruptedException e) {
            throw new RefusalException(Exit.INTERRUPTED, "Nothing was changed.");
        }
    }

    private static void requireNamespace(@Nullable Service manifest, String namespace)
            throws UnsupportedServiceException {
        String wanted = manifest == null ? null : manifest.getMetadata().getNamespace();
        if (wanted != null && !wanted.equals(namespace)) {
            throw new UnsupportedServiceException(
                    "The manifest is for the namespace %s, and the command for %s. Give --namespace %s, or take it out of the manifest."
                            .formatted(wanted, namespace, wanted));
        }
    }

    private @Nullable Service manifest() throws IOException, UnsupportedServiceException {
        return file == null ? null : ManifestFile.read(file, input);
    }

    private String name(@Nullable Service manifest) throws UnsupportedServiceException {
        String inManifest = manifest == null ? null : manifest.getMetadata().getName();
        if (service == null && inManifest == null) {
            throw new UnsupportedServiceException(
                    "Name the Service, or give its manifest with -f.");
        }
        if (service == null) {
            return String.valueOf(inManifest);
        }
        if (inManifest != null && !inManifest.equals(service)) {
            throw new UnsupportedServiceException(
                    "The manifest declares "
                            + inManifest
                            + ", but the command names "
                            + service
                            + ".");
        }
        return service;
    }
}
