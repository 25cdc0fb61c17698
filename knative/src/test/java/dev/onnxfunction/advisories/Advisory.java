package dev.onnxfunction.advisories;

import com.fasterxml.jackson.databind.json.JsonMapper;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A published vulnerability.
 *
 * @param aliases its other names; null for none
 * @param source page with details
 * @param accepted why an affected version may be shipped; null if none may
 */
record Advisory(
        String id,
        @Nullable List<String> aliases,
        String summary,
        String source,
        String published,
        List<Affected> affected,
        @Nullable Acceptance accepted) {

    /** The affected versions of one package, named by its URL. */
    record Affected(String purl, List<Range> ranges) {}

    /** From the first affected version to the first that is not affected. */
    record Range(String introduced, String fixed) {
        boolean contains(String version) {
            int[] numbers = numbers(version);
            return Arrays.compare(numbers(introduced), numbers) <= 0
                    && Arrays.compare(numbers, numbers(fixed)) < 0;
        }
    }

    /** Why an affected version may be shipped, and since when. */
    record Acceptance(String date, String reason) {}

    /** All advisories that are known at a date. */
    record Known(String checked, List<Advisory> advisories) {
        static Known read(Path file) throws IOException {
            return JsonMapper.builder().build().readValue(file.toFile(), Known.class);
        }
    }

    /** The numbers at the beginning of a version. */
    private static final Pattern NUMBERS =
            Pattern.compile("(\\d+(?:\\.\\d+)*)(?:\\.Final|[+].*|-SNAPSHOT)?");

    /**
     * The failure for a component that must not be shipped: its version, the reason, and a version
     * that may be shipped.
     */
    Stream<String> findings(Component component) {
        return affected.stream()
                .filter(each -> each.purl().equals(component.purl()))
                .flatMap(each -> each.ranges().stream())
                .filter(range -> range.contains(component.version()))
                .map(range -> component + ": " + id + ", fixed in " + range.fixed());
    }

    /** Numbers of a version without trailing zeros, so that 1.0 equals 1. */
    private static int[] numbers(String version) {
        Matcher matcher = NUMBERS.matcher(version);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "The version "
                            + version
                            + " is not made of numbers. Teach Advisory its order.");
        }
        int[] numbers =
                Stream.of(matcher.group(1).split("\\.", -1)).mapToInt(Integer::parseInt).toArray();
        int length = numbers.length;
        while (length > 0 && numbers[length - 1] == 0) {
            length--;
        }
        return Arrays.copyOf(numbers, length);
    }
}
