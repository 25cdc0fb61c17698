package dev.onnxfunction.rollout.gates;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;

/**
 * How the addresses of revisions are reached. To set the Host header, the JDK's client must be
 * allowed to by the system property {@code jdk.httpclient.allowRestrictedHeaders=host}, before it
 * is first used.
 *
 * @param via where to send requests instead of to the address itself, which then only goes into the
 *     Host header: an ingress or a port-forward, spoken to in plain HTTP; null for directly
 * @param headers of each request, for functions that ask for a key
 */
public record RevisionAccess(@Nullable InetSocketAddress via, Map<String, String> headers) {

    /** The header that marks the rollout's own requests. */
    public static final String KEY_HEADER = "X-Rollout-Key";

    /** Directly, without further headers. */
    public static final RevisionAccess DIRECT = new RevisionAccess(null, Map.of());

    /** Whether these requests have a key that distinguishes them from those of users. */
    public boolean hasRolloutKey() {
        return headers.keySet().stream().anyMatch(KEY_HEADER::equalsIgnoreCase);
    }

    URI resolve(URI address, String path) {
        return via == null
                ? address.resolve(path)
                : URI.create("http://" + via.getHostString() + ":" + via.getPort() + path);
    }
}
