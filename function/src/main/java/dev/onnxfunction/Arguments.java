package dev.onnxfunction;

import dev.onnxfunction.settings.StartException;

import org.jspecify.annotations.Nullable;
import org.springframework.core.env.SimpleCommandLinePropertySource;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.logging.Logger;

/**
 * The settings among the arguments of the command line. It notes which names are asked for, so that
 * it can report misspelt ones: an {@code ACCESS_KEY} instead of {@code ACCESS_KEYS} would leave the
 * function open to everybody.
 */
final class Arguments extends SimpleCommandLinePropertySource {

    private static final Logger LOG = Logger.getLogger(Arguments.class.getName());

    /** Shorter names, such as PORT, are too close to those of other programs. */
    private static final int LEAST_LENGTH = 8;

    private final Set<String> asked = new TreeSet<>();

    Arguments(String... args) {
        super(args);
    }

    @Override
    public @Nullable List<String> getOptionValues(String name) {
        asked.add(name);
        return super.getOptionValues(name);
    }

    /**
     * Refuses arguments that are no settings, and warns about environment variables whose names
     * differ from a setting's in one character. To be called once all settings are read.
     *
     * @param variables names of the environment variables
     * @throws StartException if an argument is not a setting
     */
    void check(Collection<String> variables) {
        for (String word : getNonOptionArgs()) {
            throw new StartException(
                    "The argument \"" + word + "\" is neither a setting nor a command.",
                    "Write settings as --limits.max-rows=100, or begin with the command score.");
        }
        Map<String, String> settings = new TreeMap<>();
        asked.forEach(name -> settings.put(plain(name), name));
        for (String name : getPropertyNames()) {
            if (!asked.contains(name) && !isRead(name)) {
                String meant = likely(plain(name), settings);
                throw new StartException(
                        "The argument --" + name + " is not a setting.",
                        meant == null
                                ? "Leave it out, or correct its name."
                                : "Use --" + meant + ", or leave it out.");
            }
        }
        warn(variables, settings);
    }

    /** Whether it is a setting that is read only if another one is not set. */
    private static boolean isRead(String name) {
        return name.equals("model.location") || name.startsWith("aip.");
    }

    private static void warn(Collection<String> variables, Map<String, String> settings) {
        for (String variable : variables) {
            String plain = variable.length() < LEAST_LENGTH ? "" : plain(variable);
            if (!plain.isEmpty() && !settings.containsKey(plain)) {
                String meant = likely(plain, settings);
                if (meant != null) {
                    LOG.warning(
                            "The environment variable %s is not a setting and is ignored. Did you mean %s?"
                                    .formatted(variable, variable(meant)));
                }
            }
        }
    }

    /**
     * Returns the setting whose name differs in one character at most; null if there is none. A pod
     * can have hundreds of variables, so names are compared as they are in the keys.
     */
    private static @Nullable String likely(String plain, Map<String, String> settings) {
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            String known = setting.getKey();
            if (known.length() >= LEAST_LENGTH
                    && (known.equals(plain) || isOneEdit(plain, known))) {
                return setting.getValue();
            }
        }
        return null;
    }

    /** Whether the texts are equal but for one character that is changed, added or missing. */
    private static boolean isOneEdit(String one, String other) {
        int difference = one.length() - other.length();
        if (difference < -1 || difference > 1) {
            return false;
        }
        int at = 0;
        int shortest = Math.min(one.length(), other.length());
        while (at < shortest && one.charAt(at) == other.charAt(at)) {
            at++;
        }
        int from = at + (difference < 0 ? 0 : 1);
        int otherFrom = at + (difference > 0 ? 0 : 1);
        int rest = Math.max(0, one.length() - from);
        return one.regionMatches(from, other, otherFrom, rest)
                && otherFrom + rest >= other.length();
    }

    /** A name as it is compared: as Spring does for variables, dots and dashes are underscores. */
    private static String plain(String name) {
        return name.replace('.', '_').replace('-', '_').toLowerCase(Locale.ROOT);
    }

    private static String variable(String name) {
        return plain(name).toUpperCase(Locale.ROOT);
    }
}
