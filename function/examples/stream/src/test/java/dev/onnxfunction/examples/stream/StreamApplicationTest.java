package dev.onnxfunction.examples.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.cloud.stream.binder.test.EnableTestBinder;
import org.springframework.cloud.stream.binder.test.InputDestination;
import org.springframework.cloud.stream.binder.test.OutputDestination;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.GenericMessage;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.charset.StandardCharsets;

@SpringBootTest
@EnableTestBinder
@Tag("slow")
class StreamApplicationTest {

    private static final String HOUSE =
            """
            {"CRIM": 0.00632, "ZN": 18.0, "INDUS": 2.31, "CHAS": 0.0, "NOX": 0.538, "RM": 6.575, "AGE": 65.2,
             "DIS": 4.09, "RAD": 1.0, "TAX": 296.0, "PTRATIO": 15.3, "B": 396.9, "LSTAT": 4.98}
            """;

    @Autowired private InputDestination topics;
    @Autowired private OutputDestination sent;

    @Test
    void aMessageOfRowsBecomesAMessageOfPredictions() {
        String rows = "[" + HOUSE + "," + HOUSE.replace("6.575", "7.575") + "]";

        topics.send(new GenericMessage<>(rows.getBytes(StandardCharsets.UTF_8)), "rows");

        Message<byte[]> message = sent.receive(10_000, "predictions");
        assertThat(message).isNotNull();
        JsonNode predictions = JsonMapper.shared().readTree(message.getPayload());
        assertThat(predictions).hasSize(2);
        assertThat(predictions.at("/0/predict").asDouble()).isEqualTo(29.80673285033054);
        assertThat(predictions.at("/1/predict").asDouble()).isGreaterThan(29.9);
    }
}
