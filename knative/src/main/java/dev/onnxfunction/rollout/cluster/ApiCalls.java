package dev.onnxfunction.rollout.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;

import dev.onnxfunction.rollout.drive.PlatformException;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;

import org.jspecify.annotations.Nullable;

import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Calls of the API server, and their failures. */
public final class ApiCalls {

    /** Statuses that a retry does not change. */
    private static final Set<Integer> PERMANENT = Set.of(400, 401, 403, 405, 415, 422);

    private ApiCalls() {}

    /**
     * Makes a call in at most twice the client's timeout, which itself ends with the headers of the
     * answer: its body may never end.
     */
    public static <T extends @Nullable Object> T call(KubernetesClient client, Supplier<T> call)
            throws PlatformException {
        int millis = 2 * client.getConfiguration().getRequestTimeout();
        FutureTask<T> answer = new FutureTask<>(call::get);
        Thread.ofVirtual().start(answer);
        try {
            return answer.get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new PlatformException(
                    "The API server's answer did not end within %.3g s.".formatted(millis / 1e3),
                    false,
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlatformException("The call of the API server was interrupted.", false, e);
        } catch (ExecutionException e) {
            throw failure(e);
        } finally {
            answer.cancel(true);
        }
    }

    private static PlatformException failure(ExecutionException e) {
        return switch (e.getCause()) {
            case KubernetesClientException call -> exception(call);
            case RuntimeException defect -> throw defect;
            case Error error -> throw error;
            case null, default -> throw new IllegalStateException(e);
        };
    }

    /**
     * The log of a container; empty if there is no such container. This makes one call, because the
     * client's own method watches the pod first, which needs further rights.
     *
     * @param options of the call, each with {@code &} before it
     */
    public static String log(
            KubernetesClient kubernetes,
            String namespace,
            String pod,
            String container,
            String options) {
        String log =
                kubernetes.raw(
                        "/api/v1/namespaces/%s/pods/%s/log?container=%s%s"
                                .formatted(namespace, pod, container, options));
        return log == null ? "" : log;
    }

    /** The failure of a call as an exception of the platform. */
    public static PlatformException exception(KubernetesClientException e) {
        return new PlatformException(problem(e), PERMANENT.contains(e.getCode()), e);
    }

    /**
     * The failure of an answer that is JSON, but not what was requested.
     *
     * @param what was requested
     */
    public static PlatformException foreign(String what) {
        return new PlatformException(
                "The API server's answer is not "
                        + what
                        + ". See whether a proxy answers in its place.",
                false,
                null);
    }

    /** The failure in a sentence. */
    static String problem(KubernetesClientException e) {
        if (e.getStatus() != null && "Conflict".equals(e.getStatus().getReason())) {
            return "The API server answers 409: Knative or somebody else wrote at the same time.";
        }
        if (e.getCode() > 0) {
            String message = e.getStatus() == null ? null : e.getStatus().getMessage();
            return "The API server answers %d%s."
                    .formatted(e.getCode(), message == null ? "" : ": " + message);
        }
        StringJoiner causes = new StringJoiner(", ");
        for (@Nullable Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof JsonProcessingException json) {
                return "The API server's answer is not whole JSON: "
                        + json.getOriginalMessage()
                        + ". See whether a proxy cuts answers, or answers in its place.";
            }
            String message = cause.getMessage();
            String name = cause.getClass().getSimpleName();
            causes.add(message == null ? name : name + " (" + message + ")");
        }
        return "The API server cannot be reached: " + causes + ". See whether kubectl reaches it.";
    }
}
