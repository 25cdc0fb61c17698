package dev.onnxfunction.rollout.cluster;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;

import io.fabric8.knative.serving.v1.Service;
import io.fabric8.kubernetes.api.model.Container;

import java.io.IOException;
import java.util.List;

/** Reads the manifest of a Service. */
public final class Manifest {

    private static final ObjectMapper STRICT =
            new ObjectMapper(
                            YAMLFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .setAnnotationIntrospector(new NoUnknownFields())
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private Manifest() {}

    /** The client's classes collect unknown fields; without that, each one is an error. */
    private static final class NoUnknownFields extends JacksonAnnotationIntrospector {

        private static final long serialVersionUID = 1L;

        @Override
        public Boolean hasAnySetter(Annotated annotated) {
            return false;
        }
    }

    /**
     * Reads YAML.
     *
     * @throws UnsupportedServiceException if it is not one Service, has an unknown field, or not
     *     one container
     */
    public static Service read(String yaml) throws UnsupportedServiceException {
        List<Service> services = parse(yaml);
        if (services.size() != 1) {
            throw new UnsupportedServiceException(
                    "The manifest holds "
                            + services.size()
                            + " documents. Give one Service, and apply the rest with kubectl.");
        }
        Service service = services.getFirst();
        boolean complete =
                "serving.knative.dev/v1".equals(service.getApiVersion())
                        && service.getMetadata() != null
                        && service.getMetadata().getName() != null
                        && service.getSpec() != null
                        && service.getSpec().getTemplate() != null
                        && service.getSpec().getTemplate().getSpec() != null;
        if (!complete) {
            throw new UnsupportedServiceException(
                    "The manifest is not a complete Service of serving.knative.dev/v1. It needs a"
                        + " name and a spec.template.spec, such as knative/base/service.yaml has.");
        }
        check(service.getSpec().getTemplate().getSpec().getContainers());
        return service;
    }

    private static List<Service> parse(String yaml) throws UnsupportedServiceException {
        try (MappingIterator<Service> documents =
                STRICT.readerFor(Service.class).readValues(yaml)) {
            return documents.readAll();
        } catch (JacksonException e) {
            var where = e.getLocation() == null ? "" : " in line " + e.getLocation().getLineNr();
            throw new UnsupportedServiceException(
                    "The manifest is wrong" + where + ": " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new IllegalStateException(e); // There is no I/O in a string.
        }
    }

    private static void check(List<Container> containers) throws UnsupportedServiceException {
        if (containers.size() != 1) {
            throw new UnsupportedServiceException(
                    "The manifest has "
                            + containers.size()
                            + " containers. Give one, which is the function.");
        }
        for (var variable : containers.getFirst().getEnv()) {
            if (List.of("PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION")
                    .contains(variable.getName())) {
                throw new UnsupportedServiceException(
                        variable.getName() + " is set by Knative itself. Remove it from env.");
            }
        }
    }
}
