package dev.onnxfunction;

import dev.onnxfunction.settings.StartException;

import org.jspecify.annotations.Nullable;
import org.springframework.core.env.SimpleCommandLinePropertySource;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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
        for (String name : getPropertyNames()) {
            if (!asked.contains(name) && !isRead(name)) {
                String meant = likely(plain(name));
                throw new StartException(
                        "The argument --" + name + " is not a setting.",
                        meant == null
                                ? "Leave it out, or correct its name."
                                : "Use --" + meant + ", or leave it out.");
            }
        }
        warn(variables);
    }

    /** Whether it is a setting that is read only if another one is not set. */
    private static boolean isRead(String name) {
        return name.equals("model.location") || name.startsWith("aip.");
    }

    private void warn(Collection<String> variables) {
        List<String> known = new ArrayList<>();
        asked.forEach(name -> known.add(plain(name)));
        for (String variable : variables) {
            String plain = variable.length() < LEAST_LENGTH ? "" : plain(variable);
            if (!plain.isEmpty() && !known.contains(plain)) {
                String meant = likely(plain);
                if (meant != null) {
                    LOG.warning(
                            "The environment variable %s is not a setting and is ignored. Did you mean %s?"
                                    .formatted(variable, variable(meant)));
                }
            }
        }
    }

    /** Returns the setting whose name differs in one character; null if there is none. */
    private @Nullable String likely(String plain) {
        for (String name : asked) {
            String known = plain(name);
            if (known.length() >= LEAST_LENGTH
                    && (known.equals(plain) || isOneEdit(plain, known))) {
                return name;
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
        return one.substring(Math.min(one.length(), at + (difference < 0 ? 0 : 1)))
                .equals(other.substring(Math.min(other.length(), at + (difference > 0 ? 0 : 1))));
    }

    /** A name as it is compared: as Spring does for variables, dots and dashes are underscores. */
    private static String plain(String name) {
        return name.replace('.', '_').replace('-', '_').toLowerCase(Locale.ROOT);
    }

    private static String variable(String name) {
        return plain(name).toUpperCase(Locale.ROOT);
    }
}
