package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.gates.traffic.RevisionWatch;
import dev.onnxfunction.rollout.gates.traffic.RevisionWatch.Memory;

import org.jspecify.annotations.Nullable;

/**
 * Whether a pod of the candidate comes near the limit at which the kernel ends it.
 *
 * @param candidate its pods
 * @param limit share of the limit that it may use, over 0, at most 1
 */
record MemoryGate(RevisionWatch candidate, double limit) {

    GateResult result(RevisionWatch live) {
        Memory memory = candidate.memory();
        if (memory == null || memory.limit() == 0) {
            String why = memory == null ? "no pod reports its memory" : "its pods have no limit";
            return GateResult.unknown("memory", text(live.memory()), text(memory), why);
        }
        String percent = "≤ " + Figures.percent(limit);
        String problem =
                memory.share() <= limit
                        ? ""
                        : "%s takes %s, which is %.0f %%: the kernel would end it soon. Find out what keeps the memory, or raise the limit in the manifest."
                                .formatted(memory.instance(), text(memory), 100 * memory.share());
        return new GateResult("memory", text(live.memory()), text(memory), percent, problem);
    }

    private static String text(@Nullable Memory memory) {
        if (memory == null) {
            return "";
        }
        String bytes = Long.toString(memory.bytes() >> 20);
        return memory.limit() == 0
                ? bytes + " MiB"
                : bytes + " of " + (memory.limit() >> 20) + " MiB";
    }
}
