"""Prediction intervals of a model, calibrated by cross-validation, and their coverage."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from training.conformal import check_level, conformal_quantile
from training.graph import Graph
from training.kinds import INTERVALS
from training.shapes import Constant, Quantile, Scaled, fit_shape
from training.split import Folds

FIFTHS = 5
FEWEST_ROWS = 100
"""Below this, a fifth has too few rows to choose a shape by."""
BESIDE = 1e-5
"""Relative distance below the prediction at which the shape is looked up.

Trees split at predictions of the fit, to which those of a graph are only equal up to rounding.
"""
FEWEST_SHOWN = 25
"""Rows that the coverage by fifth takes at least, five for each."""


@dataclass(frozen=True)
class Calibration:
    """What an interval is made from: rows, each predicted by a model that was not fitted on it.

    `rows` holds their features as numbers, then the prediction, (n, k + 1), `categories` the
    numbers of the columns that hold categories. `residuals` is (n,), `folds` are those of the
    predictions. Residuals and predictions are logarithms where the target's logarithm was fitted.
    """

    rows: np.ndarray
    categories: list[int]
    residuals: np.ndarray
    folds: Folds


@dataclass(frozen=True)
class Interval:
    """A calibrated interval around a model's prediction.

    `coverage` is that of the calibration rows by fifth of the prediction, for each kind of shape
    that was tried. Given `log`, the bounds are exponentials.
    """

    shape: Constant | Scaled | Quantile
    width: float
    level: float
    calibration_rows: int
    log: bool
    coverage: dict[str, list[float]]

    @property
    def is_output(self) -> bool:
        """Whether the graph computes the interval; otherwise it is two offsets from the prediction.
        """
        return self.log or not isinstance(self.shape, Constant)

    def bounds(self, rows: np.ndarray, prediction: np.ndarray) -> np.ndarray:
        """Return lower and upper bound around each prediction: (n, k), (n,) → (n, 2)."""
        center = np.log(prediction) if self.log else prediction
        beside = center - BESIDE * np.abs(center)
        offsets = self.shape.offsets(np.column_stack([rows, beside]), self.width)
        bounds = center[:, None] + offsets
        lower, upper = (np.exp(bounds) if self.log else bounds).T
        # The prediction may lie outside two quantiles.
        return np.column_stack([np.minimum(lower, prediction), np.maximum(upper, prediction)])

    def add(self, graph: Graph, rows: str, prediction: str) -> str:
        """Add the bounds around predictions: (N, k), (N, 1) → (N, 2), double."""
        prediction = graph.cast(prediction, "double")
        center = graph.add("Log", prediction) if self.log else prediction
        distance = graph.add("Mul", graph.add("Abs", center), graph.constant([BESIDE]))
        beside = graph.add("Sub", center, distance)
        offsets = self.shape.add(graph, graph.concat([rows, beside]), self.width)
        bounds = [graph.add("Add", center, offset) for offset in offsets]
        lower, upper = (graph.add("Exp", each) for each in bounds) if self.log else bounds
        return graph.concat(
            [graph.add("Min", lower, prediction), graph.add("Max", upper, prediction)]
        )

    def describe(self, output: str) -> dict[str, Any]:
        """Return the card's `interval`, which names the graph's `output` if the graph computes it.
        """
        scale = "on the target's logarithm, " if self.log else ""
        place = {"output": output}
        if not self.is_output:
            place = {"lower": -self.width, "upper": self.width}
        return {
            "level": self.level,
            "method": f"Cross-validation: {scale}{self.shape.method}; "
            "each row predicted by a model of the other folds.",
            **place,
            "calibration_rows": self.calibration_rows,
        }


def calibrate(
    calibration: Calibration, level: float, kind: str, log: bool = False, seed: int = 1
) -> Interval:
    """Return the interval whose shape is of a `kind` of `INTERVALS`, or the one "auto" chooses.

    "auto" takes the shape whose coverage is nearest to the level in its worst fifth of the
    predictions; a simpler one if none is nearer by more than a standard error; a constant one for
    fewer than `FEWEST_ROWS` rows.

    Raises UserError as `conformal_quantile` does.
    """
    check_level(level)
    few = len(calibration.residuals) < FEWEST_ROWS or not calibration.residuals.any()
    tried = list(INTERVALS) if kind == "auto" else [kind]
    if few:
        tried = tried[:1]
    scores = {each: _scores(calibration, each, level, seed) for each in tried}
    known = ~np.isnan(next(reversed(scores.values())))
    widths = {each: conformal_quantile(own[~np.isnan(own)], level) for each, own in scores.items()}
    coverage = {
        each: coverage_by_fifth(calibration.rows[known, -1], own[known] <= widths[each])
        for each, own in scores.items()
    }
    chosen = _choose(coverage, level, known.sum())
    shape = fit_shape(
        chosen, calibration.rows, calibration.residuals, calibration.categories, level, seed
    )
    count = np.sum(~np.isnan(scores[chosen])).item()
    return Interval(shape, widths[chosen], level, count, log, coverage)


def _scores(calibration: Calibration, kind: str, level: float, seed: int) -> np.ndarray:
    """Return each row's score with a shape fitted on the other folds, (n,); NaN if there is none.
    """
    rows, residuals = calibration.rows, calibration.residuals
    scores = np.full(len(residuals), np.nan)
    for fitted, own in calibration.folds:
        if fitted.any() or kind == "constant":
            given = (rows[fitted], residuals[fitted], calibration.categories)
            shape = fit_shape(kind, *given, level, seed)
            scores[own] = shape.score(rows[own], residuals[own])
    return scores


def _choose(coverage: dict[str, list[float]], level: float, rows: int) -> str:
    error = np.sqrt(level * (1 - level) / (rows / FIFTHS))
    worst = {kind: np.abs(np.subtract(shares, level)).max() for kind, shares in coverage.items()}
    chosen = next(iter(worst))
    for kind in worst:
        if worst[kind] < worst[chosen] - error:
            chosen = kind
    return chosen


def coverage_by_fifth(prediction: np.ndarray, inside: np.ndarray) -> list[float]:
    """Return the coverage for each fifth of the predictions, from the lowest; both arguments (n,).
    """
    fifths = np.array_split(inside[np.argsort(prediction, kind="stable")], FIFTHS)
    return [each.mean().item() for each in fifths]


def describe_coverage(prediction: np.ndarray, inside: np.ndarray) -> dict[str, Any]:
    """Return the card's `coverage` and `coverage_by_fifth` of held-out rows; both arguments (n,).
    """
    result: dict[str, Any] = {"coverage": inside.mean().item()}
    if len(inside) >= FEWEST_SHOWN:
        result["coverage_by_fifth"] = coverage_by_fifth(prediction, inside)
    return result
