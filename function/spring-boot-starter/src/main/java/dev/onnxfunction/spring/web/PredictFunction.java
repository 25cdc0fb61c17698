package dev.onnxfunction.spring.web;

import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.RefusedException;
import dev.onnxfunction.contract.Request;
import dev.onnxfunction.contract.RequestHead;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.model.Task;
import dev.onnxfunction.observe.TraceContext;

import org.springframework.messaging.Message;
import org.springframework.messaging.support.MessageBuilder;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;

/**
 * What spring-cloud-function-web calls: a whole body becomes a whole answer, read and written by
 * this project. A function of rows would be called for each of an array, and those that fail would
 * be left out.
 *
 * <p>The framework hands over a text; {@link ContractFilter} has it be ISO 8859-1, which has a
 * character for each byte.
 *
 * @param endpoint {@code POST /predict}
 */
record PredictFunction(Endpoint endpoint) implements Function<Message<String>, Message<byte[]>> {

    /** By this name the catalog has it, beside {@code predict}. */
    static final String NAME = "predictRequest";

    static final String TRACE = "traceparent";

    /**
     * In front of a body: the framework takes a text in brackets for as many calls as it has
     * elements.
     */
    static final byte MARK = '=';

    @Override
    public Message<byte[]> apply(Message<String> message) {
        byte[] body = message.getPayload().substring(1).getBytes(StandardCharsets.ISO_8859_1);
        TraceContext trace = TraceContext.continuing((String) message.getHeaders().get(TRACE));
        Task task = Task.until(System.nanoTime() + endpoint.timeout());
        Request request = new Request(body, body.length, trace, task, false, RequestHead.NONE);
        Response response = endpoint.answer().apply(request);
        if (response.status() != 200) {
            throw new RefusedException(response);
        }
        return MessageBuilder.withPayload(Arrays.copyOf(response.body(), response.length()))
                .build();
    }
}
