package dev.onnxfunction;

/**
 * Collects garbage when the heap has grown, because the serial collector grows the heap up to its
 * maximum before it looks for garbage among old objects, such as responses that clients have not
 * read. With this, it reuses that memory or gives it back.
 *
 * <p>A collection costs time in proportion to the objects that are in use, so the more these are,
 * the more the heap may grow in between.
 */
final class HeapGrowth {

    /** Name of the system property with the bytes that the heap may always grow by. */
    static final String PROPERTY = "dev.onnxfunction.heap-growth";

    private static final long PERIOD_MILLIS = 500;

    private final long minimum;

    /** Bytes of the heap that were in use after the last collection. */
    private long inUse;

    /**
     * @param minimum bytes that the heap may grow by before a collection, at least
     * @param inUse bytes of the heap that are in use
     */
    HeapGrowth(long minimum, long inUse) {
        this.minimum = minimum;
        this.inUse = inUse;
    }

    /** Watches the heap from now on, if the system property is set. */
    static void watch() {
        long minimum = Long.getLong(PROPERTY, 0);
        if (minimum > 0) {
            HeapGrowth growth = new HeapGrowth(minimum, used());
            Thread.ofPlatform().daemon().name("heap").start(growth::run);
        }
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(PERIOD_MILLIS);
                if (isDue(used())) {
                    System.gc();
                    collected(used());
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether so much of the heap is in use, garbage included, that a collection should run. */
    boolean isDue(long used) {
        return used - inUse > Math.max(minimum, inUse / 2);
    }

    /** Notes what is in use after a collection. */
    void collected(long used) {
        inUse = used;
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
