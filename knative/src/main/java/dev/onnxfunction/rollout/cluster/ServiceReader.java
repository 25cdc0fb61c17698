package dev.onnxfunction.rollout.cluster;

import dev.onnxfunction.rollout.engine.Observation.Present;
import dev.onnxfunction.rollout.engine.Revision;
import dev.onnxfunction.rollout.engine.State;
import dev.onnxfunction.rollout.engine.Target;
import dev.onnxfunction.rollout.engine.Traffic;

import io.fabric8.knative.serving.v1.Service;
import io.fabric8.knative.serving.v1.ServiceStatus;
import io.fabric8.knative.serving.v1.TrafficTarget;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Reads a Service into an observation. */
final class ServiceReader {

    private static final String ROUTED = "RoutesReady";

    private ServiceReader() {}

    /**
     * Reads the Service.
     *
     * @throws UnsupportedServiceException if a rollout does not support it
     */
    static Present read(Service service, Map<String, Revision> revisions)
            throws UnsupportedServiceException {
        Traffic traffic = traffic(service);
        String unsettled = unsettled(service, traffic);
        return new Present(
                traffic,
                unsettled.isEmpty(),
                unsettled,
                revisions,
                Annotations.read(service.getMetadata().getAnnotations()));
    }

    /** The recorded state of the last rollout; null if there is none, or it cannot be read. */
    static State.@Nullable Recorded recorded(Service service) {
        try {
            return Annotations.read(service.getMetadata().getAnnotations());
        } catch (UnsupportedServiceException e) {
            return null;
        }
    }

    /** Traffic as written. 'The latest revision' is resolved to the one that it is now. */
    private static Traffic traffic(Service service) throws UnsupportedServiceException {
        List<TrafficTarget> asked = service.getSpec().getTraffic();
        List<Target> targets = new ArrayList<>();
        if (asked == null || asked.isEmpty()) {
            targets.add(new Target(latest(service), 100, null));
        } else {
            for (TrafficTarget target : asked) {
                targets.add(target(target, service));
            }
        }
        try {
            return new Traffic(targets);
        } catch (IllegalArgumentException e) {
            throw new UnsupportedServiceException(
                    e.getMessage() + " Fix spec.traffic of the Service with kubectl.");
        }
    }

    private static Target target(TrafficTarget target, Service service)
            throws UnsupportedServiceException {
        if (target.getConfigurationName() != null) {
            throw new UnsupportedServiceException(
                    "Traffic goes to a configuration, "
                            + target.getConfigurationName()
                            + ". Send it to revisions by name, with kubectl.");
        }
        String name = target.getRevisionName() == null ? latest(service) : target.getRevisionName();
        return new Target(name, percent(target), target.getTag());
    }

    private static int percent(TrafficTarget target) {
        return target.getPercent() == null ? 0 : Math.toIntExact(target.getPercent());
    }

    private static String latest(Service service) throws UnsupportedServiceException {
        String latest =
                service.getStatus() == null
                        ? null
                        : service.getStatus().getLatestReadyRevisionName();
        if (latest == null || latest.isEmpty()) {
            throw new UnsupportedServiceException(
                    "All traffic goes to the latest ready revision, but no revision was ever ready."
                            + " Repair the Service, or delete it and deploy again.");
        }
        return latest;
    }

    /** Why Knative has not applied the written traffic; empty if it has. */
    private static String unsettled(Service service, Traffic asked) {
        ServiceStatus status = service.getStatus();
        if (status == null
                || !Objects.equals(
                        status.getObservedGeneration(), service.getMetadata().getGeneration())) {
            return "Knative has not seen the last change yet.";
        }
        if (!Conditions.isTrue(status.getConditions(), ROUTED)) {
            String why =
                    Conditions.find(status.getConditions(), ROUTED).map(Conditions::say).orElse("");
            return "The route is not ready. " + why;
        }
        for (Target target : asked.targets()) {
            if (routed(status, target).isEmpty()) {
                return "The route does not know " + target.revision() + " yet.";
            }
        }
        return "";
    }

    private static Optional<TrafficTarget> routed(ServiceStatus status, Target target) {
        return targets(status).stream()
                .filter(each -> target.revision().equals(each.getRevisionName()))
                .filter(each -> percent(each) == target.percent())
                .filter(each -> Objects.equals(each.getTag(), target.tag()))
                .filter(each -> target.tag() == null || each.getUrl() != null)
                .findFirst();
    }

    /** The address of the revision with a tag. */
    static Optional<String> url(@Nullable Service service, String tag) {
        return service == null || service.getStatus() == null
                ? Optional.empty()
                : targets(service.getStatus()).stream()
                        .filter(target -> tag.equals(target.getTag()))
                        .map(TrafficTarget::getUrl)
                        .filter(Objects::nonNull)
                        .findFirst();
    }

    private static List<TrafficTarget> targets(ServiceStatus status) {
        return status.getTraffic() == null ? List.of() : status.getTraffic();
    }
}
