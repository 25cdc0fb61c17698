package dev.onnxfunction.score;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * What one run does.
 *
 * @param inputFormat of the rows
 * @param output how the output is written
 * @param keep names of the columns that go from the input into the output; null for all
 * @param threads that predict, at least 1
 */
record ScoreOptions(
        Format inputFormat, Scorer.Output output, @Nullable List<String> keep, int threads) {}
