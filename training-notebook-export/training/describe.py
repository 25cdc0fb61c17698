"""Describes features and target for the card, from rows of the data."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from training.histogram import histogram


def describe_features(
    rows: pd.DataFrame,
    types: Mapping[str, str],
    texts: Mapping[str, Mapping[str, str]] = {},
    missing: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Return the card's `features`: one for each of `types`, in its order.

    Histograms, and min, max and mean of all but strings, come from `rows`; units and descriptions
    come from `texts`; features in `missing` are marked as such.
    """
    return [
        {"name": name, "type": kind}
        | texts.get(name, {})
        | (_range(rows[name].dropna()) if kind != "string" else {})
        | _histogram(rows[name], kind)
        | ({"missing": "allowed"} if name in missing else {})
        for name, kind in types.items()
    ]


def describe_target(texts: Mapping[str, str], answers: np.ndarray) -> dict[str, Any]:
    """Return the card's `target`: name and other `texts`, and the histogram of its values (n,)."""
    return {**texts, **_histogram(pd.Series(answers), "double")}


def _range(column: pd.Series) -> dict[str, Any]:
    if column.empty:
        return {}
    column = column.astype(int) if column.dtype == bool else column
    low, high = column.min().item(), column.max().item()
    # The mean of equal numbers can be rounded to a neighbouring number.
    return {"min": low, "max": high, "mean": float(np.clip(column.mean(), low, high))}


def _histogram(column: pd.Series, kind: str) -> dict[str, Any]:
    found = histogram(column, kind)
    return {"histogram": found} if found else {}


def describe_example(rows: pd.DataFrame) -> dict[str, Any]:
    """Return the card's `example`: medians of numbers, and the most frequent of other values.

    It is not one of the rows, because callers can read the card and the rows may be private.
    Returns nothing if a feature has no value.
    """
    columns = {name: column.dropna() for name, column in rows.items()}
    if any(column.empty for column in columns.values()):
        return {}
    return {"example": {name: _typical(column) for name, column in columns.items()}}


def _typical(column: pd.Series) -> Any:
    if pd.api.types.is_bool_dtype(column) or not pd.api.types.is_numeric_dtype(column):
        return column.mode().tolist()[0]
    return column.quantile(interpolation="lower").item()
