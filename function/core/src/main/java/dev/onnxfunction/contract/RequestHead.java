package dev.onnxfunction.contract;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** The parts of a request's head that the contract uses. */
public interface RequestHead {

    /** The head of a JSON body that did not arrive over HTTP. */
    RequestHead NONE =
            new RequestHead() {
                @Override
                public String method() {
                    return "POST";
                }

                @Override
                public List<String> accept() {
                    return List.of();
                }

                @Override
                public @Nullable String header(String name) {
                    return null;
                }
            };

    /** Such as {@code POST}. */
    String method();

    /** The values of all its Accept fields; empty if the client accepts everything. */
    List<String> accept();

    /** The Content-Type; null if there is none. */
    default @Nullable String contentType() {
        return header("content-type");
    }

    /** The values of all its Content-Encoding fields; null if there is none. */
    default @Nullable String contentEncoding() {
        return header("content-encoding");
    }

    /** The Authorization; null if there is none. */
    default @Nullable String authorization() {
        return header("authorization");
    }

    /** The X-Rollout-Key; null if there is none. */
    default @Nullable String rolloutKey() {
        return header("x-rollout-key");
    }

    /**
     * Another field; null if there is none, the first value if there are several.
     *
     * @param name in lower case
     */
    @Nullable String header(String name);
}
