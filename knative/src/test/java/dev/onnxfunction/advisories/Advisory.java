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
 * A vulnerability that somebody has published.
 *
 * @param aliases its other names; null for none
 * @param source where more is said of it
 * @param accepted null if nothing that it affects may be shipped
 */
record Advisory(
        String id,
        @Nullable List<String> aliases,
        String summary,
        String source,
        String published,
        List<Affected> affected,
        @Nullable Acceptance accepted) {

    /** Versions of one package, named by its URL. */
    record Affected(String purl, List<Range> ranges) {}

    /** From the first version that is affected to the first that is not. */
    record Range(String introduced, String fixed) {
        boolean contains(String version) {
            int[] numbers = numbers(version);
            return Arrays.compare(numbers(introduced), numbers) <= 0
                    && Arrays.compare(numbers, numbers(fixed)) < 0;
        }
    }

    /** Why what it affects may be shipped all the same, since a day. */
    record Acceptance(String date, String reason) {}

    /** All that are known of at a day. */
    record Known(String checked, List<Advisory> advisories) {
        static Known read(Path file) throws IOException {
            return JsonMapper.builder().build().readValue(file.toFile(), Known.class);
        }
    }

    /** The beginning of a version, which ends where no further number follows. */
    private static final Pattern NUMBERS =
            Pattern.compile("(\\d+(?:\\.\\d+)*)(?:\\.Final|[+].*|-SNAPSHOT)?");

    /** Of a component that must not be shipped: what it is, why not, and which version may be. */
    Stream<String> findings(Component component) {
        return affected.stream()
                .filter(each -> each.purl().equals(component.purl()))
                .flatMap(each -> each.ranges().stream())
                .filter(range -> range.contains(component.version()))
                .map(range -> component + ": " + id + ", fixed in " + range.fixed());
    }

    /** Numbers of a version without trailing zeros, so that 1.0 is 1. */
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
