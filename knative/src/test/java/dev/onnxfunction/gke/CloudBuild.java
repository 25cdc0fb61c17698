package dev.onnxfunction.gke;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A build as Cloud Build reads it.
 *
 * @param steps in the order of the file
 * @param substitutions those that the file declares, with their defaults
 * @param rest everything, as plain maps and lists
 */
record CloudBuild(List<Step> steps, Map<String, String> substitutions, Map<String, Object> rest) {

    /** The substitutions of Cloud Build itself in a build that a push started. */
    static final List<String> BUILT_IN =
            List.of(
                    "PROJECT_ID",
                    "COMMIT_SHA",
                    "BUILD_ID",
                    "LOCATION",
                    "REPO_FULL_NAME",
                    "TRIGGER_NAME");

    private static final Pattern NAME = Pattern.compile("(?<!\\$)\\$\\{?([A-Z_][A-Z0-9_]*)}?");

    /**
     * A container that runs a command in the folder of the sources.
     *
     * @param image name and version of the container's image
     * @param command entry point and arguments
     * @param environment variable → value
     * @param volumes paths of folders that the container shares with others
     * @param waitFor the steps that it waits for; empty for all steps before it
     * @param allowFailure whether the build continues, and may succeed, if this step fails
     */
    record Step(
            String id,
            String image,
            List<String> command,
            Map<String, String> environment,
            List<String> volumes,
            List<String> waitFor,
            String timeout,
            boolean allowFailure) {

        private static Step of(Map<?, ?> yaml) {
            List<String> command = new ArrayList<>();
            command.add(text(yaml, "entrypoint"));
            command.addAll(texts(yaml, "args"));
            Map<String, String> environment = new TreeMap<>();
            for (String variable : texts(yaml, "env")) {
                String[] parts = variable.split("=", 2);
                environment.put(parts[0], parts[1]);
            }
            return new Step(
                    text(yaml, "id"),
                    text(yaml, "name"),
                    command,
                    environment,
                    paths(yaml.get("volumes")),
                    texts(yaml, "waitFor"),
                    text(yaml, "timeout"),
                    Boolean.TRUE.equals(yaml.get("allowFailure")));
        }
    }

    /** Reads a file, and refuses one that lacks what is used here. */
    static CloudBuild read(Path file) throws IOException {
        Load load = new Load(LoadSettings.builder().setLabel(file.toString()).build());
        Map<String, Object> yaml = new TreeMap<>();
        map(load.loadFromString(Files.readString(file)))
                .forEach((name, value) -> yaml.put(name.toString(), value));
        List<Step> steps = new ArrayList<>();
        for (Object step : (List<?>) present(yaml.get("steps"), "steps")) {
            steps.add(Step.of(map(step)));
        }
        Map<String, String> substitutions = new TreeMap<>();
        map(present(yaml.get("substitutions"), "substitutions"))
                .forEach((name, value) -> substitutions.put(name.toString(), value.toString()));
        return new CloudBuild(steps, substitutions, yaml);
    }

    /** The names of the substitutions in a text. */
    static TreeSet<String> used(String text) {
        return NAME.matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(TreeSet::new, TreeSet::add, TreeSet::addAll);
    }

    /**
     * A text with all substitutions replaced, also those within their values; {@code $$} stands for
     * $.
     */
    String replace(String text, Map<String, String> builtIn) {
        String before = text;
        String after = replaceOnce(before, builtIn);
        while (!after.equals(before)) {
            before = after;
            after = replaceOnce(before, builtIn);
        }
        return after.replace("$$", "$");
    }

    private String replaceOnce(String text, Map<String, String> builtIn) {
        return NAME.matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(value(match, builtIn)));
    }

    private String value(MatchResult match, Map<String, String> builtIn) {
        String name = match.group(1);
        String value = builtIn.getOrDefault(name, substitutions.get(name));
        return (String) present(value, name);
    }

    private static String text(Map<?, ?> yaml, String name) {
        return present(yaml.get(name), name).toString();
    }

    private static List<String> texts(Map<?, ?> yaml, String name) {
        return yaml.get(name) instanceof List<?> list
                ? list.stream().map(Object::toString).toList()
                : List.of();
    }

    private static List<String> paths(@Nullable Object volumes) {
        return volumes instanceof List<?> list
                ? list.stream().map(volume -> text(map(volume), "path")).toList()
                : List.of();
    }

    private static Map<?, ?> map(@Nullable Object yaml) {
        return (Map<?, ?>) present(yaml, "a map");
    }

    private static Object present(@Nullable Object value, String name) {
        if (value == null) {
            throw new IllegalArgumentException("The build has no " + name + ".");
        }
        return value;
    }
}
