package dev.onnxfunction.http;

import dev.onnxfunction.contract.RequestHead;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.AsciiString;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The head of a Netty request, as the contract uses it.
 *
 * @param head head of the request
 */
record NettyHead(HttpRequest head) implements RequestHead {

    private static final AsciiString ROLLOUT_KEY = AsciiString.cached("x-rollout-key");

    @Override
    public String method() {
        return head.method().name();
    }

    @Override
    public List<String> accept() {
        return head.headers().getAll(HttpHeaderNames.ACCEPT);
    }

    @Override
    public @Nullable String contentType() {
        return head.headers().get(HttpHeaderNames.CONTENT_TYPE);
    }

    @Override
    public @Nullable String contentEncoding() {
        return head.headers().contains(HttpHeaderNames.CONTENT_ENCODING)
                ? String.join(", ", head.headers().getAll(HttpHeaderNames.CONTENT_ENCODING))
                : null;
    }

    @Override
    public @Nullable String authorization() {
        return head.headers().get(HttpHeaderNames.AUTHORIZATION);
    }

    @Override
    public @Nullable String rolloutKey() {
        return head.headers().get(ROLLOUT_KEY);
    }

    @Override
    public @Nullable String header(String name) {
        return head.headers().get(name);
    }
}
