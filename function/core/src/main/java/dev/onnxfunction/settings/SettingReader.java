package dev.onnxfunction.settings;

import org.jspecify.annotations.Nullable;
import org.springframework.core.env.PropertyResolver;
import org.springframework.util.unit.DataSize;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads settings by name; an empty setting counts as not set. */
final class SettingReader {

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9.:-]+");

    /** Characters that a path may contain without escapes; clients drop "." and "..". */
    private static final Pattern SEGMENT = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._~-]{1,100}");

    /** An HTTP path without a query. */
    private static final Pattern ROUTE = Pattern.compile("/[A-Za-z0-9._~:@!$&'()*+,;=%/-]*");

    /** What Java reads for a byte that is invalid in the locale's encoding. */
    private static final char UNDECODED = '\ufffd';

    private static final int SECONDS_PER_DAY = 86_400;

    private static final int MAX_PORT = 65_535;

    private static final String STORAGE = "aip.storage.uri";

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

    String text(String name, String otherwise) {
        String text = text(name);
        return text == null ? otherwise : text;
    }

    List<String> names(String name, String separator) {
        String text = text(name);
        return text == null
                ? List.of()
                : Arrays.stream(text.split(separator, -1)).map(String::strip).toList();
    }

    /** One of these words; null if it is not set. */
    @Nullable String oneOf(String name, String... words) {
        String text = text(name);
        if (text != null && !List.of(words).contains(text)) {
            String all = "\"" + String.join("\", \"", words) + "\"";
            throw refuse(name, text, all + " or unset", null);
        }
        return text;
    }

    /** Protocols, separated by commas: all if it is not set, none if it is "none". */
    Set<Protocol> protocols(String name) {
        String text = text(name);
        if (text == null) {
            return EnumSet.allOf(Protocol.class);
        }
        Set<Protocol> some = EnumSet.noneOf(Protocol.class);
        if (text.equals("none")) {
            return some;
        }
        for (String word : names(name, ",")) {
            some.add(protocol(name, text, word));
        }
        return some;
    }

    private static Protocol protocol(String name, String text, String word) {
        List<String> known = new ArrayList<>();
        for (Protocol protocol : Protocol.values()) {
            if (protocol.word().equals(word)) {
                return protocol;
            }
            known.add(protocol.word());
        }
        String all = String.join(", ", known);
        throw refuse(name, text, "\"none\", or some of " + all + " with commas between", null);
    }

    /** A path of requests. */
    @Nullable String route(String name) {
        String text = text(name);
        if (text != null && !ROUTE.matcher(text).matches()) {
            throw refuse(name, text, "a path such as /health", null);
        }
        return text;
    }

    /** The model's path: {@code aip.storage.uri}, otherwise {@code model.location}. */
    @Nullable Path storedModel() {
        String uri = text(STORAGE);
        if (uri == null) {
            return path("model.location");
        }
        boolean file = uri.startsWith("file://");
        if (uri.contains("://") && !file) {
            throw new StartException(
                    "The setting %s (%s) is \"%s\", but this function cannot download a model, because it opens no connections."
                            .formatted(STORAGE, variable(STORAGE), uri),
                    "Build the model into the image with --build-arg MODEL=PATH and upload it to"
                            + " Vertex AI without an artifact URI, or set AIP_STORAGE_URI to a"
                            + " mounted folder that has a model.onnx.");
        }
        try {
            Path stored = file ? Path.of(new URI(uri)) : Path.of(uri);
            return Files.isDirectory(stored) ? stored.resolve("model.onnx") : stored;
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw refuse(STORAGE, uri, "a path, or file:///PATH", e);
        }
    }

    /** A segment of a path. */
    @Nullable String segment(String name) {
        String text = text(name);
        if (text != null && !SEGMENT.matcher(text).matches()) {
            String wanted = "1 to 100 letters, digits, '-', '.', '_' and '~', not . or ..";
            throw refuse(name, text, wanted, null);
        }
        return text;
    }

    /** The name of a cloud resource. */
    @Nullable String word(String name) {
        String text = text(name);
        if (text != null && !WORD.matcher(text).matches()) {
            throw refuse(name, text, "letters, digits, '-', '.' and ':'", null);
        }
        return text;
    }

    /** A number from 0 to 1; 0 if it is not set. */
    double share(String name) {
        String text = text(name);
        return text == null ? 0 : share(name, text);
    }

    private static double share(String name, String text) {
        String wanted = "a number from 0 to 1";
        try {
            double share = Double.parseDouble(text);
            if (share >= 0 && share <= 1) {
                return share;
            }
        } catch (NumberFormatException e) {
            throw refuse(name, text, wanted, e);
        }
        throw refuse(name, text, wanted, null);
    }

    /** Numbers from 0 to 1, separated by commas; none if it is not set. */
    List<Double> shares(String name) {
        List<Double> shares = new ArrayList<>();
        for (String text : names(name, ",")) {
            shares.add(share(name, text));
        }
        return shares;
    }

    /** An absolute HTTP URL. */
    @Nullable URI httpUri(String name) {
        String text = text(name);
        String wanted = "an address such as http://collector:4318";
        try {
            URI uri = text == null ? null : new URI(text);
            if (uri == null || (uri.getHost() != null && isHttp(uri))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw refuse(name, text, wanted, e);
        }
        throw refuse(name, text, wanted, null);
    }

    private static boolean isHttp(URI uri) {
        boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        return http && uri.getPort() <= MAX_PORT;
    }

    int whole(String name, int otherwise, int min, int max) {
        String text = text(name);
        if (text == null) {
            return otherwise;
        }
        Integer value = within(parseOrNull(text), min, max);
        if (value == null) {
            throw refuse(name, text, "a whole number from " + min + " to " + max, null);
        }
        return value;
    }

    int bytes(String name, int otherwise, int min, int max) {
        String text = text(name);
        if (text == null) {
            return otherwise;
        }
        String wanted = "a size from " + min + "B to " + (max >> 20) + "MB such as 64MB";
        try {
            long bytes = DataSize.parse(text).toBytes();
            if (bytes >= min && bytes <= max) {
                return (int) bytes;
            }
        } catch (IllegalArgumentException e) {
            throw refuse(name, text, wanted, e);
        }
        throw refuse(name, text, wanted, null);
    }

    Duration seconds(String name, int otherwise) {
        String text = text(name);
        if (text == null) {
            return Duration.ofSeconds(otherwise);
        }
        String number = text.endsWith("s") ? text.substring(0, text.length() - 1).strip() : text;
        Integer seconds = within(parseOrNull(number), 1, SECONDS_PER_DAY);
        if (seconds == null) {
            throw refuse(name, text, "1 to " + SECONDS_PER_DAY + " seconds such as 20s", null);
        }
        return Duration.ofSeconds(seconds);
    }

    @Nullable InetAddress address(String name) {
        String text = text(name);
        try {
            return text == null ? null : InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw refuse(name, text, "an address such as 127.0.0.1", e);
        }
    }

    private static @Nullable Integer parseOrNull(String text) {
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static @Nullable Integer within(@Nullable Integer value, int min, int max) {
        return value != null && value >= min && value <= max ? value : null;
    }

    @Nullable String text(String name) {
        String text = properties.getProperty(name);
        if (text != null && text.indexOf(UNDECODED) >= 0) {
            throw new StartException(
                    "The setting %s (%s) has characters that the locale of this process does not have."
                            .formatted(name, variable(name)),
                    "Set LC_ALL=C.UTF-8 as well.");
        }
        return text == null || text.isBlank() ? null : text.strip();
    }

    private static String variable(String name) {
        return name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private static StartException refuse(
            String name, @Nullable String text, String wanted, @Nullable Exception cause) {
        boolean serviceLink = text != null && text.startsWith("tcp://") && name.endsWith(".port");
        return new StartException(
                "The setting %s (%s) is \"%s\", must be %s."
                        .formatted(name, variable(name), text, wanted),
                serviceLink
                        ? "Kubernetes sets this variable for a Service of this name: set"
                                + " enableServiceLinks: false in the pod's specification."
                        : "Correct it, or leave it unset for its default.",
                cause);
    }
}
