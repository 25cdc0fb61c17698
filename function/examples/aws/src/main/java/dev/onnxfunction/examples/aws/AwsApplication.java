package dev.onnxfunction.examples.aws;

import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.RowFailures;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.predict.PredictionWriter;
import dev.onnxfunction.predict.RowReader;
import dev.onnxfunction.settings.Settings;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.MessageBuilder;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Function;

/**
 * Predicts behind API Gateway. Its event wraps the request, and the adapter would pass the whole
 * event to a function of maps. So {@code gateway} takes the bytes of the event, predicts the rows
 * in its body, and responds like {@code POST /predict}, with the same status.
 */
@SpringBootApplication
public class AwsApplication {

    private static final JsonMapper JSON = JsonMapper.shared();

    public static void main(String[] args) {
        SpringApplication.run(AwsApplication.class, args);
    }

    @Bean
    Function<Message<byte[]>, Message<String>> gateway(
            OnnxModel model, Predict predict, Settings settings) {
        int maxRows = settings.limits().maxRows();
        RowReader reader = new RowReader(model.features(), maxRows, settings.limits().maxCells());
        PredictionWriter writer = new PredictionWriter(model);
        return event -> {
            byte[] body = body(JSON.readTree(event.getPayload()));
            try (Batch batch = model.batch()) {
                boolean array = reader.read(body, body.length, batch);
                predict.applyAll(batch);
                JsonWriter json = writer.write(batch, array);
                return answer(200, "application/json", json.toString());
            } catch (RuntimeException e) {
                Response problem = RowFailures.answer(e, maxRows);
                byte[] json = Arrays.copyOf(problem.body(), problem.length());
                return answer(
                        problem.status(),
                        problem.contentType(),
                        new String(json, StandardCharsets.UTF_8));
            }
        };
    }

    private static byte[] body(JsonNode event) {
        String body = event.path("body").asString("");
        return event.path("isBase64Encoded").asBoolean(false)
                ? Base64.getDecoder().decode(body)
                : body.getBytes(StandardCharsets.UTF_8);
    }

    private static Message<String> answer(int status, String contentType, String body) {
        return MessageBuilder.withPayload(body)
                .setHeader("statusCode", status)
                .setHeader("Content-Type", contentType)
                .build();
    }
}
