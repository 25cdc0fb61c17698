package dev.onnxfunction.rollout.gates;

import org.jspecify.annotations.Nullable;

/** A revision cannot be reached, or its response is wrong. */
final class GateException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    enum Kind {
        /** The response is wrong or incomplete. */
        WRONG_ANSWER,
        /** There is no whole response within the timeout. */
        LATE,
        /** A retry would get the same response. */
        REFUSAL,
        /** The function knows no such path. */
        NOT_FOUND,
        /**
         * No response of the revision arrived: the gateway may not know or not reach the revision.
         */
        UNREACHABLE,
        /** Nothing listens where {@code --via} sends all requests. */
        NO_GATEWAY,
        /** The command has no valid key. */
        UNAUTHORIZED
    }

    private final Kind kind;
    private final @Nullable String revision;
    private final transient @Nullable ProblemResponse refusal;

    /**
     * @param revision that failed; null if none is known to
     * @param message what happened and what to do
     */
    GateException(Kind kind, @Nullable String revision, String message) {
        this(kind, revision, message, null);
    }

    /**
     * @param revision that failed; null if none is known to
     * @param message what happened and what to do
     * @param refusal the response; null if there was none, or with status 200
     */
    GateException(
            Kind kind,
            @Nullable String revision,
            String message,
            @Nullable ProblemResponse refusal) {
        super(message);
        this.kind = kind;
        this.revision = revision;
        this.refusal = refusal;
    }

    /** The same failure of a request that a gate sent. */
    GateException of(String gate) {
        return new GateException(
                kind,
                revision,
                problem() + " It was a request of the gate '" + gate + "'.",
                refusal);
    }

    Kind kind() {
        return kind;
    }

    /** The response; null if there was none, or with status 200. */
    @Nullable ProblemResponse refusal() {
        return refusal;
    }

    /**
     * Whether the network or a busy machine may be to blame, because the other revision fails in
     * the same way.
     */
    boolean isSharedWith(@Nullable GateException other) {
        return other != null
                && other.kind == kind
                && (kind == Kind.UNREACHABLE || kind == Kind.LATE);
    }

    boolean blames(@Nullable String name) {
        return revision != null && revision.equals(name);
    }

    String problem() {
        String message = getMessage();
        return message == null ? toString() : message;
    }
}
