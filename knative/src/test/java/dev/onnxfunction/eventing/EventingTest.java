package dev.onnxfunction.eventing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

import io.fabric8.knative.eventing.v1.Broker;
import io.fabric8.knative.eventing.v1.Trigger;
import io.fabric8.knative.sources.v1.SinkBinding;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The manifests are valid by the classes of the CRDs, and fit each other. */
class EventingTest {

    private static final YAMLMapper YAML = new YAMLMapper();

    @Test
    void theTriggerLeadsFromTheBrokerToTheServiceAndToTheDeadLetters() throws IOException {
        List<Broker> brokers = read("broker.yaml", Broker.class);
        Trigger trigger = read("trigger.yaml", Trigger.class).getFirst();
        JsonNode service = YAML.readTree(Path.of("base/service.yaml").toFile());

        assertThat(brokers)
                .extracting(broker -> broker.getMetadata().getName())
                .containsExactly(
                        trigger.getSpec().getBroker(),
                        trigger.getSpec().getDelivery().getDeadLetterSink().getRef().getName());
        assertThat(trigger.getSpec().getSubscriber().getRef().getName())
                .isEqualTo(service.at("/metadata/name").asText());
        assertThat(trigger.getSpec().getSubscriber().getRef().getApiVersion())
                .isEqualTo(service.get("apiVersion").asText());
        assertThat(trigger.getSpec().getDelivery().getRetry()).isEqualTo(5);
        assertThat(trigger.getSpec().getDelivery().getBackoffPolicy()).isEqualTo("exponential");
    }

    /** Otherwise the function would get its own responses, in a loop. */
    @Test
    void theTriggerDoesNotTakeWhatTheFunctionAnswers() throws IOException {
        Map<String, String> filter =
                read("trigger.yaml", Trigger.class)
                        .getFirst()
                        .getSpec()
                        .getFilter()
                        .getAttributes();

        assertThat(filter)
                .containsOnlyKeys("type")
                .doesNotContainValue("dev.onnxfunction.prediction");
    }

    @Test
    void theSinkBindingLeadsToTheBroker() throws IOException {
        SinkBinding binding = read("sink-binding.yaml", SinkBinding.class).getFirst();
        Broker broker = read("broker.yaml", Broker.class).getFirst();

        assertThat(binding.getSpec().getSink().getRef().getName())
                .isEqualTo(broker.getMetadata().getName());
        assertThat(binding.getSpec().getSink().getRef().getApiVersion())
                .isEqualTo(broker.getApiVersion());
        assertThat(binding.getSpec().getSubject().getKind()).isEqualTo("Deployment");
        assertThat(binding.getSpec().getSubject().getSelector().getMatchLabels())
                .containsEntry("events-to", "houses");
    }

    @Test
    void theKustomizationHasAllOfThem() throws IOException {
        JsonNode kustomization = YAML.readTree(Path.of("eventing/kustomization.yaml").toFile());

        assertThat(kustomization.get("resources").toString())
                .isEqualTo("[\"broker.yaml\",\"trigger.yaml\",\"sink-binding.yaml\"]");
    }

    /** All documents of a file. */
    private static <T> List<T> read(String file, Class<T> type) throws IOException {
        try (MappingIterator<T> documents =
                YAML.readerFor(type).readValues(Path.of("eventing", file).toFile())) {
            return documents.readAll();
        }
    }
}
