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
 * The function that spring-cloud-function-web calls: it takes a whole body and returns a whole
 * response, both in this project's own code. The framework would call a function of rows for each
 * row of an array, and leave out those that fail.
 *
 * <p>The framework passes a text; {@link ContractFilter} makes it ISO 8859-1, which has a character
 * for each byte.
 *
 * @param endpoint {@code POST /predict}
 */
record PredictFunction(Endpoint endpoint) implements Function<Message<String>, Message<byte[]>> {

    /** Its name in the catalog, in addition to {@code predict}. */
    static final String NAME = "predictRequest";

    static final String TRACE = "traceparent";

    /**
     * Prefix of a body, because the framework would split a text in brackets into a call for each
     * element.
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
