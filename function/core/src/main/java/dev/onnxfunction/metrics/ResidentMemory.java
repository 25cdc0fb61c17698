package dev.onnxfunction.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The resident memory of the process, as Linux reports it. */
final class ResidentMemory {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Pattern SIZE = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final int BYTES_PER_KB = 1024;

    private ResidentMemory() {}

    /** The resident set size in bytes; empty on systems that do not report it. */
    static OptionalLong bytes() {
        try {
            return Files.readAllLines(STATUS).stream()
                    .map(SIZE::matcher)
                    .filter(Matcher::matches)
                    .mapToLong(line -> Long.parseLong(line.group(1)) * BYTES_PER_KB)
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
