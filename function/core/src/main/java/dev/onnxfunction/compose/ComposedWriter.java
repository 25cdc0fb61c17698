package dev.onnxfunction.compose;

import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.EndedException;
import dev.onnxfunction.model.Task;
import dev.onnxfunction.predict.BatchWriter;
import dev.onnxfunction.predict.Predict;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.util.ArrayList;
import java.util.List;

/** Applies the functions after the model to predictions and writes the results. Thread-safe. */
final class ComposedWriter implements BatchWriter {

    private static final JsonMapper JSON = JsonMapper.shared();

    /** Usual maximum of bytes for one row's result. */
    private static final int ROW_LENGTH = 256;

    private final Predict predict;
    private final List<Step> steps;

    ComposedWriter(Predict predict, List<Step> steps) {
        this.predict = predict;
        this.steps = steps;
    }

    @Override
    public JsonWriter write(Batch batch, boolean array) {
        List<Object> results =
                StepCall.applyAll(
                        steps, new ArrayList<Object>(predict.predictions(batch)), batch.task());
        JsonWriter json = new JsonWriter(batch.size() * ROW_LENGTH + 2);
        Faults faults = new Faults();
        json.append(array ? "[" : "");
        for (int row = 0; row < results.size(); row++) {
            json.append(row > 0 ? "," : "");
            write(results.get(row), row, batch.task(), json, faults);
        }
        if (!faults.isEmpty()) {
            throw new FunctionException(faults, null);
        }
        return json.append(array ? "]" : "");
    }

    /** Maps and lists within the result may be the user's code, too: they may fail, or be slow. */
    private void write(Object result, int row, Task task, JsonWriter json, Faults faults) {
        String problem;
        try {
            JsonNode tree = task.interruptibly(() -> JSON.<JsonNode>valueToTree(result));
            task.checkEnd();
            problem = hasOnlyFiniteNumbers(tree) ? null : "a number that is not finite";
            json.append(JSON.writeValueAsBytes(tree));
        } catch (EndedException | OutOfMemoryError e) {
            throw e;
        } catch (Throwable e) { // Whatever the user's code throws.
            problem = "what JSON cannot hold";
        }
        if (problem != null) {
            String last = steps.getLast().name();
            faults.add(row, null, "the function " + last + " returns " + problem);
        }
    }

    private static boolean hasOnlyFiniteNumbers(JsonNode tree) {
        return tree.isContainer()
                ? tree.valueStream().allMatch(ComposedWriter::hasOnlyFiniteNumbers)
                : !tree.isFloatingPointNumber() || Double.isFinite(tree.asDouble());
    }
}
