package dev.onnxfunction;

import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Element;
import dev.onnxfunction.testing.UserJar;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Functions in a user's jar, and a model that they go before and after. */
record ComposedFunctions(Path jar, Path model) {

    private static final Map<String, String> CLASSES =
            Map.of(
                    "Enrich",
                    """
                    public class Enrich implements Function<Map<String, Object>, Object> {
                        public Object apply(Map<String, Object> row) {
                            switch (row.getOrDefault("code", "").toString()) {
                                case "null": return null;
                                case "text": return "a text";
                                case "keys": return Map.of(1, 2);
                                case "typo": return Map.of("area", 10, "Rooms", 3);
                                case "unknown": throw new IllegalArgumentException("no such code");
                                case "deep": return apply(row);
                                case "lazy": return new AbstractMap<String, Object>() {
                                    public Set<Map.Entry<String, Object>> entrySet() {
                                        throw new IllegalStateException("a secret");
                                    }
                                };
                                case "broken": throw new IllegalStateException("a secret");
                                case "for ever":
                                    try {
                                        Thread.sleep(1_000_000_000);
                                    } catch (InterruptedException e) {
                                        throw new IllegalStateException(e);
                                    }
                            }
                            if (row.containsKey("area")) {
                                return row;
                            }
                            Map<String, Object> rich = new HashMap<>(row);
                            rich.put("area", 10 * ((Number) row.get("code")).longValue());
                            rich.put("rooms", 3);
                            return rich;
                        }
                    }
                    """,
                    "Round",
                    """
                    public class Round implements UnaryOperator<Map<String, Object>> {
                        public Map<String, Object> apply(Map<String, Object> prediction) {
                            double predict = (double) prediction.get("predict");
                            if (predict > 1e6) {
                                throw new UnsupportedOperationException();
                            }
                            while (predict == 1005 && !Thread.currentThread().isInterrupted()) {
                                Thread.onSpinWait();
                            }
                            if (predict == 1006) {
                                prediction.put("more", new AbstractMap<String, Object>() {
                                    public Set<Map.Entry<String, Object>> entrySet() {
                                        throw new IllegalStateException("a secret");
                                    }
                                });
                            }
                            prediction.put("predict", predict < 0 ? (Object) Double.NaN : (Object) Math.round(predict));
                            return prediction;
                        }
                    }
                    """,
                    "All",
                    """
                    public class All implements Function<List<Map<String, Object>>, List<Map<String, Object>>> {
                        public List<Map<String, Object>> apply(List<Map<String, Object>> rows) {
                            List<Map<String, Object>> all = new ArrayList<>();
                            for (Map<String, Object> row : rows) {
                                if (!row.containsKey("drop")) {
                                    all.add(Map.of("area", rows.size(), "rooms", 0));
                                }
                            }
                            return all;
                        }
                    }
                    """,
                    "Prune",
                    """
                    public class Prune implements UnaryOperator<List<Map<String, Object>>> {
                        public List<Map<String, Object>> apply(List<Map<String, Object>> rows) {
                            rows.removeIf(row -> row.containsKey("drop") || Double.valueOf(1005).equals(row.get("predict")));
                            return rows;
                        }
                    }
                    """,
                    "Lazy",
                    """
                    public class Lazy implements UnaryOperator<Map<String, Object>> {
                        public Map<String, Object> apply(Map<String, Object> prediction) {
                            boolean broken = (double) prediction.get("predict") == 1005;
                            return Map.of("more", new AbstractList<Object>() {
                                public int size() {
                                    return 1;
                                }
                                public Object get(int index) {
                                    if (broken) {
                                        throw new AssertionError("a secret");
                                    }
                                    try {
                                        Thread.sleep(20_000);
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    }
                                    return "late";
                                }
                            });
                        }
                    }
                    """,
                    "Label",
                    """
                    public class Label implements Function<dev.onnxfunction.predict.Prediction, Map<String, Object>> {
                        public Map<String, Object> apply(dev.onnxfunction.predict.Prediction prediction) {
                            return Map.of("label", prediction.predict() > 1003 ? "large" : "small");
                        }
                    }
                    """,
                    "Shout",
                    """
                    public class Shout implements Function<String, String> {
                        public String apply(String text) {
                            return text;
                        }
                    }
                    """,
                    "Sink",
                    """
                    public class Sink implements Consumer<Map<String, Object>> {
                        public void accept(Map<String, Object> row) {}
                    }
                    """,
                    "Fussy",
                    """
                    public class Fussy implements UnaryOperator<Map<String, Object>> {
                        public Fussy() {
                            throw new IllegalStateException("there is no database");
                        }
                        public Map<String, Object> apply(Map<String, Object> row) {
                            return row;
                        }
                    }
                    """,
                    "Predict",
                    """
                    public class Predict implements UnaryOperator<Map<String, Object>> {
                        public Map<String, Object> apply(Map<String, Object> row) {
                            return row;
                        }
                    }
                    """);

    /**
     * Writes the jar and the model. The model adds 1000 to area + rooms for each row of the call
     * with an area above 1.5, which shows how many rows a call has. The start tests smaller areas;
     * otherwise it would notice that the model mixes rows, and call it row by row.
     */
    static ComposedFunctions in(Path folder) {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("area", Element.DOUBLE, OnnxGraph.N, 1)
                        .input("rooms", Element.DOUBLE, OnnxGraph.N, 1)
                        .doubles("little", new long[] {1}, 1.5)
                        .doubles("one", new long[] {1}, 1)
                        .doubles("thousand", new long[] {1}, 1000)
                        .node("Greater", "area little", "large")
                        .node("Cast", "large", "ones", OnnxGraph.Attribute.of("to", 11))
                        .node("ReduceSum", "ones", "count")
                        .node("Max", "count one", "counted")
                        .node("Mul", "counted thousand", "rows")
                        .node("Sum", "area rooms rows", "y")
                        .output("y", Element.DOUBLE, OnnxGraph.N, 1);
        return new ComposedFunctions(UserJar.of(folder, CLASSES), graph.write(folder));
    }

    /**
     * Starts the function.
     *
     * @param definition of Spring Cloud Function, such as {@code enrich|predict}
     * @param classes simple names of classes in the jar, separated by semicolons
     */
    RunningFunction serving(String definition, String classes, String... settings) {
        List<String> all = new ArrayList<>(List.of(settings(definition, classes)));
        all.addAll(List.of(settings));
        return RunningFunction.serving(model, all.toArray(String[]::new));
    }

    /** Returns why the function does not start. */
    String refusing(String definition, String classes) {
        return RunningFunction.refusing(model, settings(definition, classes));
    }

    /** Settings that name the jar, and classes of it. */
    String[] settings(String definition, String classes) {
        return new String[] {
            "spring.cloud.function.definition=" + definition,
            "spring.cloud.function.location=" + jar,
            "spring.cloud.function.function-class=example." + classes.replace(";", ";example.")
        };
    }
}
