package dev.onnxfunction.settings;

import dev.onnxfunction.start.StartException;

import org.jspecify.annotations.Nullable;
import org.springframework.core.env.PropertyResolver;
import org.springframework.util.unit.DataSize;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Reads settings by name; one that is empty counts as not set. */
final class SettingReader {

    private final PropertyResolver properties;

    SettingReader(PropertyResolver properties) {
        this.properties = properties;
    }

    @Nullable Path path(String name) {
        String text = text(name);
        try {
            return text == null ? null : Path.of(text);
        } catch (InvalidPathException e) {
            throw refuse(name, text, "a path", e);
        }
    }

    List<String> names(String name) {
        String text = text(name);
        return text == null
                ? List.of()
                : Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    }

    /** Whether it is set to this word, the only one that it can be set to. */
    boolean choice(String name, String word) {
        String text = text(name);
        if (text != null && !text.equals(word)) {
            throw refuse(name, text, "\"" + word + "\" or unset", null);
        }
        return text != null;
    }

    int whole(String name, int otherwise, int min, int max) {
        String text = text(name);
        try {
            int value = text == null ? otherwise : Integer.parseInt(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw refuse(name, text, "a whole number from " + min + " to " + max, e);
        }
        throw refuse(name, text, "from " + min + " to " + max, null);
    }

    int bytes(String name, int otherwise, int max) {
        String text = text(name);
        if (text == null) {
            return otherwise;
        }
        long bytes;
        try {
            bytes = DataSize.parse(text).toBytes();
        } catch (IllegalArgumentException e) {
            throw refuse(name, text, "a size such as 512KB or 2MB", e);
        }
        if (bytes < 1 || bytes > max) {
            throw refuse(
                    name, text, "from 1B to " + DataSize.ofBytes(max).toMegabytes() + "MB", null);
        }
        return (int) bytes;
    }

    Duration seconds(String name, int otherwise) {
        String text = text(name);
        if (text == null) {
            return Duration.ofSeconds(otherwise);
        }
        String number = text.endsWith("s") ? text.substring(0, text.length() - 1) : text;
        try {
            long seconds = Long.parseLong(number.strip());
            if (seconds >= 1 && seconds <= Duration.ofDays(1).toSeconds()) {
                return Duration.ofSeconds(seconds);
            }
        } catch (NumberFormatException e) {
            throw refuse(name, text, "a number of seconds such as 20s", e);
        }
        throw refuse(name, text, "from 1s to 86400s", null);
    }

    @Nullable InetAddress address(String name) {
        String text = text(name);
        try {
            return text == null ? null : InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw refuse(name, text, "an address such as 127.0.0.1", e);
        }
    }

    private @Nullable String text(String name) {
        String text = properties.getProperty(name);
        return text == null || text.isBlank() ? null : text.strip();
    }

    private static StartException refuse(
            String name, @Nullable String text, String wanted, @Nullable Exception cause) {
        String variable = name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
        return new StartException(
                "The setting %s (%s) is \"%s\", must be %s."
                        .formatted(name, variable, text, wanted),
                "Correct it, or leave it unset for its default.",
                cause);
    }
}
