package dev.onnxfunction.model;

/** What one element of a graph's tensor is, of the types that this function can fill or read. */
enum ElementType {
    DOUBLE(Double.BYTES),
    FLOAT(Float.BYTES),
    INT64(Long.BYTES),
    INT32(Integer.BYTES),
    BOOL(Byte.BYTES),
    /** Kept as Java strings: the runtime copies them at each call. */
    STRING(0);

    final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    boolean isFloating() {
        return this == DOUBLE || this == FLOAT;
    }

    /** The type of a feature that nobody described: what the tensor itself holds. */
    FeatureType natural() {
        return FeatureType.valueOf(name());
    }

    /**
     * Whether a feature of this type can be written into such a tensor: any number or flag into
     * floating-point elements, otherwise the same type or a narrower integer.
     */
    boolean holds(FeatureType feature) {
        return switch (this) {
            case DOUBLE, FLOAT -> feature != FeatureType.STRING;
            case INT64 -> feature == FeatureType.INT64 || feature == FeatureType.INT32;
            case INT32 -> feature == FeatureType.INT32;
            case BOOL -> feature == FeatureType.BOOL;
            case STRING -> feature == FeatureType.STRING;
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
