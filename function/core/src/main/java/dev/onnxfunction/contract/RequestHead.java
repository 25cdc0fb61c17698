package dev.onnxfunction.contract;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** What the contract looks at of a request before its body; nothing else of it counts. */
public interface RequestHead {

    /** Of a body in JSON that did not come by HTTP. */
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

    /** The values of all its Accept fields; none if the client takes anything. */
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
