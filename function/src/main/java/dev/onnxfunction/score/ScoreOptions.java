package dev.onnxfunction.score;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Options of one run.
 *
 * @param inputFormat format of the input
 * @param output form of the output
 * @param keep names of the columns to copy from the input into the output; null for all
 * @param threads number of predicting threads, at least 1
 */
record ScoreOptions(
        Format inputFormat, Scorer.Output output, @Nullable List<String> keep, int threads) {}
