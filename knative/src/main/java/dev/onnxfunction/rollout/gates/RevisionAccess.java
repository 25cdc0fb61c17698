package dev.onnxfunction.rollout.gates;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;

/**
 * How requests reach the revisions. The JDK's client sets the Host header only if the system
 * property {@code jdk.httpclient.allowRestrictedHeaders=host} is set before its first use.
 *
 * @param via ingress or port-forward that gets the requests, in plain HTTP, with the revision's
 *     address as Host header; null to send them to the address itself
 * @param headers of each request, for functions that require a key
 */
public record RevisionAccess(@Nullable InetSocketAddress via, Map<String, String> headers) {

    /** The header that marks the rollout's own requests. */
    public static final String KEY_HEADER = "X-Rollout-Key";

    /** To the addresses themselves, without further headers. */
    public static final RevisionAccess DIRECT = new RevisionAccess(null, Map.of());

    /** Whether the requests have the key that distinguishes them from those of users. */
    public boolean hasRolloutKey() {
        return headers.keySet().stream().anyMatch(KEY_HEADER::equalsIgnoreCase);
    }

    URI resolve(URI address, String path) {
        return via == null
                ? address.resolve(path)
                : URI.create("http://" + via.getHostString() + ":" + via.getPort() + path);
    }
}
