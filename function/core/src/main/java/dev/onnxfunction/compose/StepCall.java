package dev.onnxfunction.compose;

import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.model.EndedException;
import dev.onnxfunction.model.Task;
import dev.onnxfunction.predict.InvalidRowsException;
import dev.onnxfunction.text.Printable;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Applies one function to the rows of one request. */
final class StepCall {

    private static final Logger LOG = Logger.getLogger(StepCall.class.getName());

    /** Maximum length of an exception's message, in UTF-16 units. */
    private static final int MOST = 500;

    /** Minimum nanoseconds between two warnings. */
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

    private static final AtomicLong NEXT_LOG = new AtomicLong(System.nanoTime());

    private final Step step;
    private final Task task;
    private final Faults refused = new Faults();
    private final Faults failed = new Faults();
    private @Nullable Throwable firstFailure;

    private StepCall(Step step, Task task) {
        this.step = step;
        this.task = task;
    }

    /**
     * Applies all functions to the rows of a request, in order.
     *
     * @param rows maps or predictions
     * @param task task of the request; when it is ended, the thread of the function is interrupted
     * @return one result for each row, in the same order
     * @throws InvalidRowsException if a function refuses rows with an {@link
     *     IllegalArgumentException}; it lists all of them
     * @throws FunctionException if a function fails for rows in any other way
     * @throws EndedException if the task was ended
     */
    static List<Object> applyAll(List<Step> steps, List<Object> rows, Task task) {
        List<Object> results = rows;
        for (Step step : steps) {
            results = new StepCall(step, task).apply(results);
        }
        return results;
    }

    private List<Object> apply(List<Object> rows) {
        List<Object> arguments = new ArrayList<>(rows);
        if (step.takes().isRows()) {
            arguments.replaceAll(RowMaps::asMap);
        }
        List<Object> results =
                step.takes().isList() ? applyToAll(arguments) : applyToEach(arguments);
        if (!failed.isEmpty()) {
            log();
            throw new FunctionException(failed, firstFailure);
        }
        if (!refused.isEmpty()) {
            throw new InvalidRowsException(refused);
        }
        return results;
    }

    private List<Object> applyToEach(List<Object> rows) {
        List<Object> results = new ArrayList<>(rows.size());
        for (int row = 0; row < rows.size(); row++) {
            Object result = call(rows.get(row), row);
            check(result, row);
            results.add(result == null ? rows.get(row) : result);
        }
        return results;
    }

    /** If a function that takes all rows fails, the failing row is unknown. */
    private List<Object> applyToAll(List<Object> rows) {
        Object result = call(new ArrayList<>(rows), 0); // The function may change its list.
        if (!(result instanceof Collection<?> list)) {
            if (result != null) {
                fail(0, "returns " + describe(result) + ", must return a list of rows");
            }
            return rows;
        }
        if (list.size() != rows.size()) {
            fail(0, "returns " + list.size() + " rows for " + rows.size());
            return rows;
        }
        List<Object> results = new ArrayList<>(list);
        for (int row = 0; row < results.size(); row++) {
            Object element = results.get(row);
            if (element == null) {
                fail(row, "returns null for it");
            }
            check(element, row);
        }
        return results;
    }

    private void check(@Nullable Object result, int row) {
        if (result != null && !RowMaps.isRow(result)) {
            fail(row, "returns " + describe(result) + ", must return a row as a Map of strings");
        }
    }

    /** Returns the function's result; null if it fails, after recording the failure. */
    private @Nullable Object call(Object argument, int row) {
        try {
            Object result = task.interruptibly(() -> RowMaps.copy(step.function().apply(argument)));
            task.checkEnd();
            if (result == null) {
                fail(row, "returns null");
            }
            return result;
        } catch (EndedException | OutOfMemoryError e) {
            throw e;
        } catch (IllegalArgumentException e) {
            String reason = Printable.of(String.valueOf(e.getMessage()), MOST);
            refused.add(row, null, "the function " + step.name() + " refuses it: " + reason);
            return null;
        } catch (Throwable e) { // Functions in other languages throw checked exceptions without
            // declaring them.
            firstFailure = firstFailure == null ? e : firstFailure;
            fail(row, "fails: " + e.getClass().getName());
            return null;
        }
    }

    /** Logs rarely, because requests can cause it. */
    private void log() {
        long now = System.nanoTime();
        long due = NEXT_LOG.get();
        if (now - due >= 0 && NEXT_LOG.compareAndSet(due, now + PAUSE)) {
            LOG.log(Level.WARNING, "A function fails: " + failed, firstFailure);
        }
    }

    private void fail(int row, String how) {
        failed.add(row, null, "the function " + step.name() + " " + how);
    }

    private static String describe(Object result) {
        return result instanceof Map
                ? "a Map whose keys are not strings"
                : "a " + result.getClass().getName();
    }
}
