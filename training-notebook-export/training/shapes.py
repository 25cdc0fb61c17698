"""How the width of an interval follows the row: not at all, by a spread, or by quantiles.

Lei, G'Sell, Rinaldo, Tibshirani, Wasserman: Distribution-Free Predictive Inference for
Regression, Journal of the American Statistical Association 113 (2018), section 5.2.
Romano, Patterson, Candès: Conformalized Quantile Regression, NeurIPS 2019.

A shape gives a row and its residual a score, and for each width, a number, the interval that
contains all residuals of at most this score. Rows are numbers, the prediction in the last column.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

from training.graph import Graph
from training.hist_trees import add_hist

SETTINGS = {"max_leaf_nodes": 8, "min_samples_leaf": 20, "early_stopping": False}
SHARE_OF_NO_SPREAD = 0.05
"""Of the mean residual: what is added to each, so that it has a logarithm."""


@dataclass(frozen=True)
class Constant:
    """The same width for every row."""

    method = "absolute residuals"

    def score(self, rows: np.ndarray, residuals: np.ndarray) -> np.ndarray:
        """Return the absolute residuals, (n,)."""
        return np.abs(residuals)

    def offsets(self, rows: np.ndarray, width: float) -> np.ndarray:
        """Return what is added to the prediction, (n, 2)."""
        return np.tile([-width, width], (len(rows), 1))

    def add(self, graph: Graph, rows: str, width: float) -> tuple[str, str]:
        """Add the offsets of rows (N, k) to a graph; return lower and upper one, double."""
        return graph.constant([-width]), graph.constant([width])


@dataclass(frozen=True)
class Scaled:
    """A width in proportion to a spread: the exponential of what `model` predicts."""

    model: HistGradientBoostingRegressor
    method = (
        "absolute residuals, divided by the spread that is predicted for their row (Lei et al. "
        "2018, section 5.2)"
    )

    def score(self, rows: np.ndarray, residuals: np.ndarray) -> np.ndarray:
        """Return the absolute residuals in units of the spread, (n,)."""
        return np.abs(residuals) / np.exp(self.model.predict(rows))

    def offsets(self, rows: np.ndarray, width: float) -> np.ndarray:
        """Return what is added to the prediction, (n, 2)."""
        half = width * np.exp(self.model.predict(rows))
        return np.column_stack([-half, half])

    def add(self, graph: Graph, rows: str, width: float) -> tuple[str, str]:
        """Add the offsets of rows (N, k) to a graph; return lower and upper one, double."""
        spread = graph.add("Exp", graph.cast(add_hist(graph, self.model, rows), "double"))
        half = graph.add("Mul", spread, graph.constant([width]))
        return graph.add("Neg", half), half


@dataclass(frozen=True)
class Quantile:
    """Two quantiles of the residual, each moved outwards by the width, or inwards if negative."""

    low: HistGradientBoostingRegressor
    high: HistGradientBoostingRegressor
    method = (
        "conformalised quantile regression of the residuals (Romano, Patterson and Candès 2019)"
    )

    def score(self, rows: np.ndarray, residuals: np.ndarray) -> np.ndarray:
        """Return how far the residuals are outside the quantiles, negative inside, (n,)."""
        return np.maximum(self.low.predict(rows) - residuals, residuals - self.high.predict(rows))

    def offsets(self, rows: np.ndarray, width: float) -> np.ndarray:
        """Return what is added to the prediction, (n, 2)."""
        return np.column_stack([self.low.predict(rows) - width, self.high.predict(rows) + width])

    def add(self, graph: Graph, rows: str, width: float) -> tuple[str, str]:
        """Add the offsets of rows (N, k) to a graph; return lower and upper one, double."""
        margin = graph.constant([width])
        low, high = (
            graph.cast(add_hist(graph, model, rows), "double") for model in (self.low, self.high)
        )
        return graph.add("Sub", low, margin), graph.add("Add", high, margin)


def fit_shape(
    kind: str,
    rows: np.ndarray,
    residuals: np.ndarray,
    categories: list[int],
    level: float,
    seed: int,
) -> Constant | Scaled | Quantile:
    """Fit a shape of a kind in `INTERVALS` on rows (n, k) and their residuals (n,).

    `categories` are the numbers of the columns that hold categories.
    """
    settings = SETTINGS | {"categorical_features": categories or None, "random_state": seed}
    if kind == "constant":
        return Constant()
    if kind == "scaled":
        size = np.abs(residuals)
        logarithm = np.log(size + SHARE_OF_NO_SPREAD * size.mean())
        return Scaled(HistGradientBoostingRegressor(max_iter=60, **settings).fit(rows, logarithm))
    low, high = (
        HistGradientBoostingRegressor(loss="quantile", quantile=share, **settings)
        for share in ((1 - level) / 2, (1 + level) / 2)
    )
    return Quantile(low.fit(rows, residuals), high.fit(rows, residuals))
