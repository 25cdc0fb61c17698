package dev.onnxfunction.contract;

import dev.onnxfunction.observe.Exchange;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * The web page: files of the jar, each read when it is requested. This class is not loaded before.
 */
final class Page {

    /** Allows only what this function itself serves, and no script or style within the HTML. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                    + " img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors"
                    + " 'none'";

    /** Browsers must revalidate each time, because the next revision may have a different page. */
    private static final Map<String, List<String>> HEADERS =
            Map.of(
                    "cache-control",
                    List.of("no-cache"),
                    "content-security-policy",
                    List.of(POLICY),
                    "referrer-policy",
                    List.of("no-referrer"),
                    "vary",
                    List.of("Accept"),
                    "x-content-type-options",
                    List.of("nosniff"));

    private Page() {}

    /** Returns a file of the web page. */
    static Response file(String name, String type) {
        try (InputStream file = Page.class.getResourceAsStream(KnownPaths.PAGE + name)) {
            if (file == null) {
                throw new IllegalStateException("The jar has no " + KnownPaths.PAGE + name + ".");
            }
            byte[] body = file.readAllBytes();
            return new Response(200, type, body, body.length, Exchange.OK, null, HEADERS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
