"""The distribution of a feature or of the target in the data, for the card."""

from typing import Any

import numpy as np
import pandas as pd

BINS = 10
MOST_VALUES = 50


def histogram(column: pd.Series, kind: str) -> dict[str, Any] | None:
    """Return the card's `histogram` of a feature of type `kind`; None if there is none to show.

    Of numbers: `edges`, and the `counts` between them; an edge belongs to the bin above it, the
    last one to the last bin. Bins hold about as many rows each (quantiles), but where there are at
    most `BINS` different numbers, each has a bin of its own. Of bool and strings: the `counts` of
    each value, the most frequent first. None where all numbers are the same, or more than
    `MOST_VALUES` strings differ: these are texts, not categories.
    """
    column = column.dropna()
    if kind in ("bool", "string"):
        return _of_categories(column)
    return _of_numbers(column.to_numpy())


def _of_categories(column: pd.Series) -> dict[str, Any] | None:
    counts = column.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    if not 1 <= len(counts) <= MOST_VALUES:
        return None
    return {"counts": {_text(value): int(count) for value, count in counts.items()}}


def _text(value: bool | str) -> str:
    return value if isinstance(value, str) else str(bool(value)).lower()


def _of_numbers(values: np.ndarray) -> dict[str, Any] | None:
    different = np.unique(values)
    if len(different) < 2:
        return None
    if len(different) <= BINS:
        edges = np.hstack([different[0], (different[:-1] + different[1:]) / 2, different[-1]])
    else:
        # Edges are numbers of the data, which are shorter in decimal than midpoints.
        shares = np.linspace(0, 1, BINS + 1)
        edges = np.unique(np.quantile(values, shares, method="inverted_cdf"))
    counts, _ = np.histogram(values, edges)
    return {"edges": [_short(edge.item()) for edge in edges], "counts": counts.tolist()}


def _short(number: float | int) -> float | int:
    return int(number) if number == int(number) else number
