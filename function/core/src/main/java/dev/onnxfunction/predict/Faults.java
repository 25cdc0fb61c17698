package dev.onnxfunction.predict;

import static java.util.stream.Collectors.joining;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Everything that is wrong with the rows of a request: all are counted, the first are listed. */
public final class Faults {

    /** How many faults are listed at most. */
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

    /** Adds those of further rows, before which there are some already. */
    public void addAll(int rowsBefore, Faults further) {
        for (Fault fault : further.listed) {
            add(rowsBefore + fault.row(), fault.feature(), fault.problem());
        }
        total += further.total - further.listed.size();
    }

    /** The same of another row. */
    public Faults of(int row) {
        Faults moved = new Faults();
        moved.total = total;
        listed.forEach(fault -> moved.listed.add(new Fault(row, fault.feature(), fault.problem())));
        return moved;
    }

    /** Whether the next one is listed; if not, it is only counted, and need not be explained. */
    public boolean isListing() {
        return listed.size() < MAX_LISTED;
    }

    public boolean isEmpty() {
        return total == 0;
    }

    /** How many there are, listed or not. */
    public int total() {
        return total;
    }

    /** The first of them, at most {@value #MAX_LISTED}. */
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
