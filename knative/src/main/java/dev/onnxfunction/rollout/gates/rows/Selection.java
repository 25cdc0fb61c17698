package dev.onnxfunction.rollout.gates.rows;

import java.util.AbstractList;
import java.util.List;

/** Some elements of a list, looked up when they are read. */
final class Selection<T> extends AbstractList<T> {

    private final List<T> all;
    private final int[] indices;

    Selection(List<T> all, int[] indices) {
        this.all = all;
        this.indices = indices;
    }

    @Override
    public T get(int index) {
        return all.get(indices[index]);
    }

    @Override
    public int size() {
        return indices.length;
    }
}
