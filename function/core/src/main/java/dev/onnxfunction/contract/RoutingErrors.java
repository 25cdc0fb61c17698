package dev.onnxfunction.contract;

import java.util.Collection;
import java.util.List;

/** The responses to requests that no endpoint gets. */
final class RoutingErrors {

    private static final String BEARER = "Bearer";
    private static final String BASIC =
            "Basic realm=\"Any name, and a key as the password\", charset=\"UTF-8\"";

    private RoutingErrors() {}

    static Response busy() {
        return Response.error(
                503,
                "Busy",
                "The number of open connections has reached limits.max-connections, or the"
                        + " limit of open files. Send the request again in a second.");
    }

    /**
     * @param paths all public paths
     */
    static Response notFound(Collection<String> paths) {
        return Response.error(
                404,
                "Not found",
                "There is nothing at this path. There is: " + String.join(", ", paths) + ".");
    }

    /**
     * @param offerBasic whether the client may also prompt its user for the key
     */
    static Response unauthorized(boolean offerBasic) {
        Response problem =
                Response.error(
                        401,
                        "Unauthorized",
                        "The request has no valid key. Send one as Authorization: Bearer KEY, or as"
                                + " the password of Authorization: Basic.");
        return offerBasic
                ? problem.with("www-authenticate", BASIC, BEARER)
                : problem.with("www-authenticate", BEARER);
    }

    static Response forbidden() {
        return Response.error(
                403,
                "Forbidden",
                "The request has no valid rollout key, which this path requires. Send"
                        + " rollout.key, or one of rollout.keys, as X-Rollout-Key.");
    }

    /**
     * @param allowed methods of the path, separated by commas
     */
    static Response methodNotAllowed(String allowed) {
        return Response.error(
                        405, "Method not allowed", "This path takes " + allowed + " only. Use it.")
                .with("allow", allowed);
    }

    /**
     * @param produces media types of the endpoint
     */
    static Response notAcceptable(List<String> produces) {
        return Response.error(
                406,
                "Not acceptable",
                "The answer is "
                        + String.join(" or ", produces)
                        + ". Accept it in the Accept header.");
    }

    /**
     * @param types all media types that the path takes
     */
    static Response unsupportedType(List<String> types) {
        return Response.error(
                415,
                "Unsupported media type",
                types.equals(List.of(MediaTypes.JSON))
                        ? "The body must be JSON in UTF-8. Send it with Content-Type: "
                                + MediaTypes.JSON
                                + "."
                        : "The body must be one of these, text in UTF-8: "
                                + String.join(", ", types)
                                + ". Send it with its Content-Type, with curl by --json or"
                                + " --header.");
    }

    static Response unsupportedCoding() {
        return Response.error(
                        415,
                        "Unsupported media type",
                        "The body may be compressed with gzip only. Send it with"
                                + " Content-Encoding: gzip, or without one.")
                .with("accept-encoding", ContentCodings.GZIP);
    }
}
