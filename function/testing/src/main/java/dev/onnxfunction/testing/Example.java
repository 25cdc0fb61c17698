package dev.onnxfunction.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A {@code curl} command in a Markdown file with its documented output: an indented line that
 * begins with {@code $} and continues while a quote is open, and the indented lines below it.
 *
 * @param path path of the URL
 * @param headers names and values, alternating
 * @param body body to post, empty for a GET
 * @param output output without line breaks; ends with "…" if it is abridged
 */
public record Example(String path, List<String> headers, String body, String output) {

    private static final Pattern CURL =
            Pattern.compile(
                    "\\$ curl localhost:8080(/\\S*)((?: --header '[^']*')*)"
                            + "(?: --(?:json|data) (?:'(.*)'|@(\\S+)))?",
                    Pattern.DOTALL);

    private static final Pattern HEADER = Pattern.compile("'([^:]*): ([^']*)'");

    /** Returns all examples of a file. Paths in them are relative to the file's folder. */
    public static List<Example> in(Path file) throws IOException {
        List<Example> examples = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("    $ curl ")) {
                String block =
                        lines.subList(i, lines.size()).stream()
                                .takeWhile(line -> !line.isEmpty())
                                .map(String::strip)
                                .collect(Collectors.joining("\n"));
                examples.add(parse(block, file.resolveSibling("")));
            }
        }
        return examples;
    }

    private static Example parse(String block, Path folder) throws IOException {
        int end = block.indexOf('\n', Math.max(0, block.lastIndexOf('\'')));
        Matcher curl = CURL.matcher(block.substring(0, end));
        if (!curl.matches()) {
            throw new IllegalArgumentException("Not understood: " + block);
        }
        String body = curl.group(3) == null ? "" : curl.group(3);
        if (curl.group(4) != null) {
            body = Files.readString(folder.resolve(curl.group(4)));
        }
        List<String> headers =
                HEADER.matcher(curl.group(2))
                        .results()
                        .flatMap(header -> Stream.of(header.group(1), header.group(2)))
                        .toList();
        return new Example(curl.group(1), headers, body, block.substring(end).replace("\n", ""));
    }
}
