package dev.onnxfunction.contract;

import dev.onnxfunction.model.Batch;

import org.springframework.util.function.SingletonSupplier;

import java.util.function.Function;
import java.util.function.Supplier;

/** A format whose classes are loaded at its first request, not at the start. */
public final class LazyFormat implements RowFormat {

    private final SingletonSupplier<RowFormat> format;

    /**
     * @param format creates the format at the first request
     */
    public LazyFormat(Supplier<? extends RowFormat> format) {
        this.format = SingletonSupplier.of(format::get);
    }

    @Override
    public Function<Batch, Response> read(Request request, Batch batch) {
        return format.obtain().read(request, batch);
    }

    @Override
    public String wanted() {
        return format.obtain().wanted();
    }

    @Override
    public boolean mayExceed(Request request, int rows) {
        return format.obtain().mayExceed(request, rows);
    }
}
