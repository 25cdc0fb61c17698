package dev.onnxfunction.score;

import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.settings.Settings;

import org.jspecify.annotations.Nullable;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;

/** {@code score}: predicts the rows of a file. */
@Command(
        name = "score",
        mixinStandardHelpOptions = false,
        sortOptions = false,
        description = {
            "Predicts the rows of a file in CSV or NDJSON, plain or gzip, by the same rules as the"
                    + " function's POST /predict.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all rows are predicted",
            "1:the input, the model or a file is invalid; there is no output",
            "2:the command line is invalid, or a file exists already",
            "3:rows were refused; with --refused the others are predicted, otherwise there is no"
                    + " output"
        },
        footer = {
            "",
            "The model is --model, otherwise MODEL_LOCATION, otherwise the one in the jar. Other"
                    + " settings of the function apply too, such as MODEL_FEATURES.",
            "An output file gets its name when it is complete. If a run is killed, run the same"
                    + " command again.",
            "",
            "Examples:",
            "  score rows.csv --output predictions.csv --refused refused.ndjson",
            "  score rows.csv.gz --keep id --output predictions.ndjson.gz",
            "  duckdb -csv -c \"FROM 'rows.parquet'\" | score - --output predictions.csv"
        })
public final class ScoreCommand implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Parameters(
            paramLabel = "INPUT",
            description =
                    "Rows: a file that ends with .csv, .ndjson or .jsonl, with or without .gz; - is"
                            + " the standard input.")
    private String input = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description =
                    "Predictions, in the order of the rows; the file name decides the format."
                            + " Default: the standard output, in the format of the input.")
    private String output = OutputFile.STANDARD;

    @Option(
            names = "--refused",
            paramLabel = "FILE",
            description =
                    "File for the rows that cannot be predicted, in NDJSON: line, errors and the"
                            + " row itself. Default: such a row ends the run without output.")
    private @Nullable String refused;

    @Option(
            names = "--keep",
            paramLabel = "NAMES",
            description =
                    "Columns of the input to copy to the output, separated by commas. Default: all;"
                            + " --keep= for none.")
    private @Nullable String keep;

    @Option(
            names = "--model",
            paramLabel = "FILE",
            description = "The model, an .onnx file. Default: see below.")
    private @Nullable String model;

    @Option(names = "--force", description = "Overwrite files that exist.")
    private boolean force;

    @Option(
            names = "--input-format",
            paramLabel = "FORMAT",
            description = "csv or ndjson. Default: by the file name; for -, csv.")
    private @Nullable Format inputFormat;

    @Option(
            names = "--output-format",
            paramLabel = "FORMAT",
            description = "csv or ndjson. Default: by the file name.")
    private @Nullable Format outputFormat;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads that predict, 1 to 1024. Default: one for each processor.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // Picocli ensures it.
    private boolean help;

    private final Path folder;
    private final boolean terminal;
    private final OutputFiles files = new OutputFiles();

    /**
     * @param folder folder of relative paths
     * @param terminal whether the error stream is a terminal
     */
    ScoreCommand(Path folder, boolean terminal) {
        this.folder = folder;
        this.terminal = terminal;
    }

    /** The command line of {@code score} in this process. */
    public static ScoreCommand ofProcess() {
        String caller = System.getenv("CALLER_DIRECTORY");
        return new ScoreCommand(Path.of(caller == null ? "" : caller), Terminal.isErrorStream());
    }

    /**
     * Runs the command.
     *
     * @return the exit code
     */
    public int run(String... args) {
        return commandLine().execute(args);
    }

    CommandLine commandLine() {
        return new CommandLine(this)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(
                        (e, _) -> {
                            PrintWriter err = e.getCommandLine().getErr();
                            err.println(
                                    e.getMessage() + ". Run score --help to see what it takes.");
                            err.flush();
                            return ExitCode.USAGE.code();
                        })
                .setExecutionExceptionHandler(
                        (e, failed, _) -> {
                            ScoreException known = ScoreException.of(e);
                            failed.getErr().println(known.getMessage());
                            failed.getErr().flush();
                            return known.code().code();
                        });
    }

    /**
     * Ends the process while the command runs: removes unfinished files, and prevents that a file
     * is finished meanwhile.
     *
     * @param exit ends the process
     */
    public void end(Runnable exit) {
        files.end(exit);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        requireThreads();
        Format from = Format.of(input, inputFormat, isStandard(input) ? Format.CSV : null);
        Format to = Format.of(output, outputFormat, isStandard(output) ? from : null);
        ScoreOptions options =
                new ScoreOptions(
                        from,
                        new Scorer.Output(
                                to, isCompressed(output), refused != null && isCompressed(refused)),
                        keep == null ? null : names(keep),
                        threads);
        requireDifferentFiles();
        try (Source source = Source.open(path(input))) {
            return score(source, options);
        } finally {
            files.close();
        }
    }

    private int score(Source source, ScoreOptions options)
            throws IOException, InterruptedException {
        boolean replace = force || OutputFile.isUnfinished(path(output));
        OutputFile predictions = files.open(path(output), force);
        OutputFile refusals = refused == null ? null : files.open(path(refused), replace);
        PrintWriter err = err();
        try (OnnxModel loaded = OnnxModel.load(settings())) {
            Predict predict = Predict.with(loaded);
            Progress progress = new Progress(err, terminal, source::share, System::nanoTime);
            Score.Result result;
            try {
                result =
                        new Score(loaded, predict, options, progress)
                                .run(
                                        new Chunks(source.rows(), options.inputFormat()),
                                        predictions,
                                        refusals);
            } finally {
                progress.clear();
            }
            files.finish(refusals, predictions);
            report(result, progress, err);
            return (result.refused() == 0 ? ExitCode.PREDICTED : ExitCode.REFUSED).code();
        }
    }

    private void report(Score.Result result, Progress progress, PrintWriter err) {
        if (result.refused() > 0) {
            err.println("Refused, see " + refused + ":");
            result.shown().forEach(row -> err.println("  " + row));
            if (result.refused() > result.shown().size()) {
                err.println("  ...");
            }
        }
        err.println(
                String.format(
                        Locale.ROOT,
                        "%,d %s predicted, %,d refused, %s",
                        result.predicted(),
                        result.predicted() == 1 ? "row" : "rows",
                        result.refused(),
                        progress.summary(result.predicted() + result.refused())));
        err.flush();
    }

    private PrintWriter err() {
        if (spec == null) {
            throw new IllegalStateException("Not called by a command line.");
        }
        return spec.commandLine().getErr();
    }

    private Settings.Model settings() {
        StandardEnvironment environment = new StandardEnvironment();
        if (model != null) {
            environment
                    .getPropertySources()
                    .addFirst(
                            new MapPropertySource(
                                    "--model", Map.of("model.location", path(model))));
        }
        Settings settings = Settings.from(environment);
        if (!settings.functions().definition().equals("predict")) {
            throw new ScoreException(
                    "spring.cloud.function.definition is \""
                            + settings.functions().definition()
                            + "\", but score asks the model alone.",
                    "Unset SPRING_CLOUD_FUNCTION_DEFINITION, and give it rows with the model's"
                            + " features.",
                    ExitCode.USAGE);
        }
        return settings.model();
    }

    private void requireThreads() {
        if (threads < 1 || threads > 1024) {
            throw new ScoreException(
                    "--threads is " + threads + ", must be from 1 to 1024.",
                    "Leave it out for as many as there are processors.",
                    ExitCode.USAGE);
        }
    }

    private void requireDifferentFiles() {
        List<String> files = new ArrayList<>(List.of(path(output)));
        if (refused != null) {
            files.add(path(refused));
        }
        if (!isStandard(input)) {
            files.add(path(input));
        }
        if (Set.copyOf(files).size() < files.size()) {
            throw new ScoreException(
                    "The same file is given twice: " + String.join(", ", files) + ".",
                    "Input, output and refused rows must be different files.",
                    ExitCode.USAGE);
        }
    }

    private static boolean isStandard(String name) {
        return name.equals(OutputFile.STANDARD);
    }

    private static boolean isCompressed(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(Format.GZIP);
    }

    private static List<String> names(String list) {
        List<String> names = list.isEmpty() ? List.of() : List.of(list.split(",", -1));
        for (String name : names) {
            if (names.indexOf(name) != names.lastIndexOf(name)) {
                throw new ScoreException(
                        "--keep names \"" + name + "\" twice.",
                        "Name each column once.",
                        ExitCode.USAGE);
            }
        }
        return names;
    }

    private String path(String name) {
        return isStandard(name) ? name : folder.resolve(name).normalize().toString();
    }
}
