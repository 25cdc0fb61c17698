package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.gates.ErrorBudget;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses percentages such as 0.1%. */
final class Percentages {

    private static final Pattern FORM = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,9})?) ?%");

    private Percentages() {}

    /** A share of 0 to 1. */
    static final class Share implements ITypeConverter<Double> {

        @Override
        public Double convert(String text) {
            return share(text);
        }
    }

    /** Reads {@code 0.1%}, from 0 to 100. */
    static ErrorBudget budget(String text) {
        return new ErrorBudget(share(text));
    }

    private static double share(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || Double.parseDouble(form.group(1)) > 100) {
            throw new TypeConversionException(
                    "'" + text + "' is not a percentage from 0% to 100%, such as 0.1%.");
        }
        return Double.parseDouble(form.group(1)) / 100;
    }
}
