package dev.onnxfunction.rollout.gates.traffic;

import dev.onnxfunction.rollout.drive.Instance;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Adds up the metrics of a revision's instances from the first scrape on. An instance that is gone
 * keeps its last values. An instance that appeared later counts from zero, and so does one whose
 * process has restarted.
 */
public final class RevisionWatch {

    private static final String OWN = "onnx_function_rollout_requests_seconds_count";
    private static final String MEMORY = "process_resident_memory_bytes";

    /** Of an instance, by its id. */
    private static final class Known {
        private int restarts;

        /** Null if the first scrape failed, so that the next one takes its place. */
        private Scrape.@Nullable Read last;

        private Known(int restarts, Scrape.@Nullable Read last) {
            this.restarts = restarts;
            this.last = last;
        }
    }

    private final Map<String, Known> known = new HashMap<>();
    private final List<String> restarts = new ArrayList<>();
    private final List<String> unread = new ArrayList<>();
    private boolean hasScrape;
    private boolean marked;
    private int instances;
    private @Nullable Memory memory;

    /**
     * Adds a scrape of all instances.
     *
     * @return the user requests since the last scrape
     */
    ServedRequests add(Map<Instance, Scrape> scrapes) {
        Map<Series, Double> growth = new HashMap<>();
        instances = scrapes.size();
        unread.clear();
        memory = null;
        scrapes.forEach((instance, scrape) -> add(instance, scrape, growth));
        hasScrape = true;
        return ServedRequests.of(growth);
    }

    private void add(Instance instance, Scrape scrape, Map<Series, Double> growth) {
        Known its = known.get(instance.id());
        boolean isNew = its == null;
        if (its == null) {
            // Counts before the first scrape are ignored; an instance that came later has none.
            its =
                    new Known(
                            hasScrape ? 0 : instance.restarts(),
                            hasScrape ? new Scrape.Read(Map.of()) : null);
            known.put(instance.id(), its);
        }
        restarted(instance, its);
        switch (scrape) {
            case Scrape.Failed failed -> unread.add(instance.name() + ": " + failed.problem());
            case Scrape.Read read -> {
                if (its.last != null) {
                    grow(read, isNew || read.restartedSince(its.last) ? null : its.last, growth);
                }
                its.last = read;
                marked |= read.values().keySet().stream().anyMatch(RevisionWatch::isOwn);
                remember(instance, read.value(MEMORY));
            }
        }
    }

    private static boolean isOwn(Series series) {
        return series.name().equals(OWN);
    }

    private void restarted(Instance instance, Known its) {
        if (instance.restarts() > its.restarts) {
            String why = instance.outOfMemory() ? " ran out of memory" : " ended";
            restarts.add(instance.name() + why + " and is started again");
            its.restarts = instance.restarts();
        }
    }

    private static void grow(
            Scrape.Read read, Scrape.@Nullable Read before, Map<Series, Double> growth) {
        read.values()
                .forEach(
                        (series, value) -> {
                            double old =
                                    before == null ? 0 : before.values().getOrDefault(series, 0.0);
                            growth.merge(series, value - old, Double::sum);
                        });
    }

    private void remember(Instance instance, double bytes) {
        if (Double.isNaN(bytes)) {
            return;
        }
        Memory its = new Memory(instance.name(), (long) bytes, instance.memoryLimit());
        if (memory == null || its.share() > memory.share()) {
            memory = its;
        }
    }

    /**
     * Memory of an instance.
     *
     * @param instance its name
     * @param bytes of the machine's memory that its process uses
     * @param limit beyond which the kernel ends it; 0 if there is none
     */
    public record Memory(String instance, long bytes, long limit) {

        /** Share of its limit that it uses; 0 if it has none. */
        public double share() {
            return limit == 0 ? 0 : (double) bytes / limit;
        }
    }

    /** The instance that uses most of its limit, as last observed; null if none reported. */
    public @Nullable Memory memory() {
        return memory;
    }

    /** Instances whose process restarted since the first scrape, and why. */
    public List<String> restarts() {
        return List.copyOf(restarts);
    }

    /** Number of instances at the last scrape. */
    public int instances() {
        return instances;
    }

    /** Instances that could not be scraped, and why. */
    public List<String> unread() {
        return List.copyOf(unread);
    }

    /** Whether it counts the rollout's own requests separately from those of users. */
    public boolean marked() {
        return marked;
    }
}
