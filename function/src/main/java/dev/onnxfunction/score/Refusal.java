package dev.onnxfunction.score;

import dev.onnxfunction.fault.Fault;
import dev.onnxfunction.json.JsonWriter;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A refused row.
 *
 * @param line number of the line in which it begins, as an editor shows it
 * @param faults its faults, at least one
 * @param from index of its first byte in its chunk
 * @param to index after its last byte, without the line break
 */
record Refusal(long line, List<Fault> faults, int from, int to) {

    /** Returns a refusal with one fault of the whole row. */
    static Refusal of(long line, String problem, int from, int to) {
        return new Refusal(line, List.of(new Fault(0, null, problem)), from, to);
    }

    /** Writes it as a line of JSON, with the row as in the input. */
    void write(byte[] text, JsonWriter out) {
        out.append("{\"line\":").append(line).append(",\"errors\":[");
        String separator = "";
        for (Fault fault : faults) {
            out.append(separator).append('{');
            if (fault.feature() != null) {
                out.append("\"feature\":").appendString(fault.feature()).append(',');
            }
            out.append("\"problem\":").appendString(fault.problem()).append('}');
            separator = ",";
        }
        String row = new String(text, from, to - from, StandardCharsets.UTF_8);
        out.append("],\"row\":").appendString(row).append("}\n");
    }

    /** Such as {@code line 7: RM: missing; ZN: is null, must be a number}. */
    @Override
    public String toString() {
        return faults.stream()
                .map(
                        fault ->
                                fault.feature() == null
                                        ? fault.problem()
                                        : fault.feature() + ": " + fault.problem())
                .collect(Collectors.joining("; ", "line " + line + ": ", ""));
    }
}
