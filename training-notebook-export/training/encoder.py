"""Encodes rows as numbers, for the models behind an interval."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from training.convert import add_estimator
from training.estimators import number_categories
from training.graph import Graph
from training.interval import Interval
from training.signature import FLOATING


class Encoder:
    """Encodes all features as numbers, in scikit-learn and equally in a graph."""

    def __init__(self, types: Mapping[str, str], rows: pd.DataFrame):
        """Learn the categories of `rows`, whose features are of these types."""
        self._types = types
        self._columns = None
        if not set(types.values()) <= set(FLOATING):
            self._columns = number_categories(types).fit(self._as_served(rows))
        texts = sum(kind == "string" for kind in types.values())
        self.categories = list(range(len(types) - texts, len(types)))

    def numbers(self, rows: pd.DataFrame) -> np.ndarray:
        """Return rows of features as numbers, (n, k), the categories last."""
        rows = self._as_served(rows)
        return self._columns.transform(rows) if self._columns else rows.to_numpy(float)

    def adds(self, interval: Interval) -> Callable[[Graph, str | Mapping[str, str], str], str]:
        """Return a function that adds an interval to a graph, from its inputs and the prediction.
        """

        def add(graph: Graph, x, prediction: str) -> str:
            numbers = add_estimator(graph, self._columns, x) if self._columns else x
            return interval.add(graph, graph.cast(numbers, "double"), prediction)

        return add

    def _as_served(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Round the values that the graph takes as float."""
        floats = [name for name, kind in self._types.items() if kind == "float"]
        return rows.assign(**rows[floats].astype(np.float32).astype(float))
