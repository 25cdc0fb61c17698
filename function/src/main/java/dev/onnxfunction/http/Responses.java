package dev.onnxfunction.http;

import dev.onnxfunction.contract.Response;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Heads of responses (RFC 9112, 4 and 5). Only the version of a request affects the head of its
 * response.
 */
final class Responses {

    /** What an HTTP/1.1 client gets that waits for it before it sends a body. */
    static final byte[] CONTINUE =
            "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final int USUAL = 256;

    private Responses() {}

    /**
     * The head of a response with a known length.
     *
     * @param request null if it is incomplete
     */
    static byte[] head(Response answer, @Nullable HttpHead request, boolean keepAlive) {
        StringBuilder head = begin(answer.status(), answer.contentType());
        field(head, "content-length", Integer.toString(answer.length()));
        field(head, "date", Dates.now());
        if (!keepAlive) {
            field(head, "connection", "close");
        } else if (request != null && request.isHttp10()) {
            field(head, "connection", "keep-alive");
        }
        for (Map.Entry<String, List<String>> further : answer.headers().entrySet()) {
            for (String value : further.getValue()) {
                field(head, further.getKey(), value);
            }
        }
        return end(head);
    }

    /** The head of a response of unknown length, in chunks or up to the connection's end. */
    static byte[] stream(String contentType, boolean chunked, boolean keepAlive) {
        StringBuilder head = begin(200, contentType);
        field(head, "date", Dates.now());
        if (chunked) {
            field(head, "transfer-encoding", "chunked");
        }
        if (!keepAlive) {
            field(head, "connection", "close");
        }
        return end(head);
    }

    private static StringBuilder begin(int status, String contentType) {
        StringBuilder head = new StringBuilder(USUAL).append("HTTP/1.1 ").append(status);
        head.append(' ').append(reason(status)).append("\r\n");
        field(head, "content-type", contentType);
        return head;
    }

    /**
     * @throws IllegalArgumentException if the value would end the field
     */
    private static void field(StringBuilder head, String name, String value) {
        for (int i = 0; i < value.length(); i++) {
            if (!Octets.isValue((byte) Math.min(value.charAt(i), 0xff))) {
                throw new IllegalArgumentException(
                        "The header field " + name + " has a control character.");
            }
        }
        head.append(name).append(": ").append(value).append("\r\n");
    }

    private static byte[] end(StringBuilder head) {
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The reason phrase; empty for a status that the function does not use (RFC 9110, 15). */
    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 204 -> "No Content";
            case 304 -> "Not Modified";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 406 -> "Not Acceptable";
            case 408 -> "Request Timeout";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 415 -> "Unsupported Media Type";
            case 422 -> "Unprocessable Content";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            default -> "";
        };
    }
}
