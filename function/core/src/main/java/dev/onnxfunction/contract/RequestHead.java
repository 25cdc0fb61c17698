package dev.onnxfunction.contract;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** What the contract looks at of a request before its body; nothing else of it counts. */
public interface RequestHead {

    /** Such as {@code POST}. */
    String method();

    /** The values of all its Accept fields; none if the client takes anything. */
    List<String> accept();

    /** The Content-Type; null if there is none. */
    @Nullable String contentType();

    /** The Content-Encoding; null if there is none. */
    @Nullable String contentEncoding();

    /** The Authorization; null if there is none. */
    @Nullable String authorization();

    /** The X-Rollout-Key; null if there is none. */
    @Nullable String rolloutKey();
}
