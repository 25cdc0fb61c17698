package dev.onnxfunction.examples.cloudevents;

import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.RowFailures;
import dev.onnxfunction.settings.Settings;

import org.springframework.cloud.function.cloudevent.CloudEventMessageUtils;
import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Events over HTTP. Spring Cloud Function reads both modes, and the response has the mode of the
 * request.
 */
@RestController
class Events {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final MediaType STRUCTURED = new MediaType("application", "cloudevents+json");

    private final Function<Message<byte[]>, Message<byte[]>> predictEvent;
    private final int maxRows;

    Events(FunctionCatalog catalog, Settings settings) {
        this.predictEvent = catalog.lookup("predictEvent");
        this.maxRows = settings.limits().maxRows();
    }

    @PostMapping("/events")
    ResponseEntity<byte[]> predict(@RequestHeader HttpHeaders headers, @RequestBody byte[] body) {
        Message<byte[]> event =
                MessageBuilder.withPayload(body).copyHeaders(attributes(headers)).build();
        Message<byte[]> answer = predictEvent.apply(event);
        return STRUCTURED.isCompatibleWith(headers.getContentType())
                ? structured(answer)
                : binary(answer);
    }

    /** Passes on no other header of the client. */
    private static Map<String, Object> attributes(HttpHeaders headers) {
        Map<String, Object> attributes = new HashMap<>();
        headers.forEach(
                (name, values) -> {
                    String lower = name.toLowerCase(Locale.ROOT);
                    if (lower.startsWith("ce-") || lower.equals("content-type")) {
                        attributes.put(lower, values.getFirst());
                    }
                });
        attributes.put("contentType", attributes.get("content-type"));
        return attributes;
    }

    private static ResponseEntity<byte[]> binary(Message<byte[]> event) {
        HttpHeaders headers = new HttpHeaders();
        CloudEventMessageUtils.getAttributes(event)
                .forEach((name, value) -> headers.set(name, value.toString()));
        headers.setContentType(MediaType.APPLICATION_JSON);
        return ResponseEntity.ok().headers(headers).body(event.getPayload());
    }

    private static ResponseEntity<byte[]> structured(Message<byte[]> event) {
        ObjectNode json = JSON.createObjectNode();
        CloudEventMessageUtils.getAttributes(event)
                .forEach((name, value) -> json.put(name.substring(3), value.toString()));
        json.set("data", JSON.readTree(event.getPayload()));
        return ResponseEntity.ok().contentType(STRUCTURED).body(JSON.writeValueAsBytes(json));
    }

    @ExceptionHandler
    ResponseEntity<byte[]> refuse(RuntimeException failure) {
        Response problem = RowFailures.answer(failure, maxRows);
        return ResponseEntity.status(problem.status())
                .contentType(MediaType.parseMediaType(problem.contentType()))
                .body(Arrays.copyOf(problem.body(), problem.length()));
    }
}
