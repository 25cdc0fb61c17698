package dev.onnxfunction.fault;

import static java.util.stream.Collectors.joining;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The faults of a request's rows: all are counted, the first are listed. */
public final class Faults {

    /** Maximum number of listed faults. */
    public static final int MAX_LISTED = 100;

    private final List<Fault> listed = new ArrayList<>();
    private int total;

    /** Adds a fault of a row, or of one of its features. */
    public void add(int row, @Nullable String feature, String problem) {
        total++;
        if (isListing()) {
            listed.add(new Fault(row, feature, problem));
        }
    }

    /** Adds the faults of further rows. */
    public void addAll(int rowsBefore, Faults further) {
        for (Fault fault : further.listed) {
            add(rowsBefore + fault.row(), fault.feature(), fault.problem());
        }
        total += further.total - further.listed.size();
    }

    /** Returns a copy with another row number. */
    public Faults of(int row) {
        Faults moved = new Faults();
        moved.total = total;
        listed.forEach(fault -> moved.listed.add(new Fault(row, fault.feature(), fault.problem())));
        return moved;
    }

    /**
     * Whether the next fault will be listed; otherwise it is only counted and needs no description.
     */
    public boolean isListing() {
        return listed.size() < MAX_LISTED;
    }

    /** Whether no fault was added. */
    public boolean isEmpty() {
        return total == 0;
    }

    /** Number of faults, listed or not. */
    public int total() {
        return total;
    }

    /** The first faults, at most {@value #MAX_LISTED}. */
    public List<Fault> listed() {
        return Collections.unmodifiableList(listed);
    }

    /** Such as {@code 2 faults: row 0, RM: missing; row 1, ZN: missing}. */
    @Override
    public String toString() {
        String count = total == 1 ? "1 fault: " : total + " faults: ";
        String more = total > listed.size() ? "; …" : "";
        return listed.stream().map(Fault::toString).collect(joining("; ", count, more));
    }
}
