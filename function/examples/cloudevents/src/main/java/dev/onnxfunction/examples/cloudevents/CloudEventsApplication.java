package dev.onnxfunction.examples.cloudevents;

import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.predict.PredictionWriter;
import dev.onnxfunction.predict.RowReader;
import dev.onnxfunction.settings.Settings;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cloud.function.cloudevent.CloudEventMessageBuilder;
import org.springframework.cloud.function.cloudevent.CloudEventMessageUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.messaging.Message;

import tools.jackson.databind.json.JsonMapper;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.Function;

/** Takes rows as CloudEvents, and answers each event with an event that holds the predictions. */
@SpringBootApplication
public class CloudEventsApplication {

    private static final JsonMapper JSON = JsonMapper.shared();

    public static void main(String[] args) {
        SpringApplication.run(CloudEventsApplication.class, args);
    }

    /**
     * The data of an event has the form of a {@code POST /predict} body: bytes in binary mode; in
     * structured mode, the parsed JSON that Spring Cloud Function passes on.
     */
    @Bean
    Function<Message<Object>, Message<byte[]>> predictEvent(
            OnnxModel model, Predict predict, Settings settings) {
        Settings.Limits limits = settings.limits();
        RowReader reader = new RowReader(model.features(), limits.maxRows(), limits.maxCells());
        PredictionWriter writer = new PredictionWriter(model);
        return event -> {
            byte[] rows =
                    event.getPayload() instanceof byte[] data
                            ? data
                            : JSON.writeValueAsBytes(event.getPayload());
            try (Batch batch = model.batch()) {
                boolean array = reader.read(rows, rows.length, batch);
                predict.applyAll(batch);
                String predictions = writer.write(batch, array).toString();
                return CloudEventMessageBuilder.withData(
                                predictions.getBytes(StandardCharsets.UTF_8))
                        .setId(UUID.randomUUID().toString())
                        .setSource("/models/" + model)
                        .setType("dev.onnxfunction.prediction")
                        .setSubject(CloudEventMessageUtils.getId(event))
                        .build(CloudEventMessageUtils.DEFAULT_ATTR_PREFIX);
            }
        };
    }
}
