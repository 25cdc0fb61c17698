"""The Boston housing data: what its columns mean, and the card of the model fitted on it.

Harrison, Rubinfeld: Hedonic housing prices and the demand for clean air, Journal of
Environmental Economics and Management 5 (1978).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from training.background import describe_background
from training.csv_files import read_table
from training.data import Table, json_rows
from training.describe import describe_features, describe_target
from training.evaluate import Metrics
from training.files import FOLDER, sha256
from training.fingerprint import describe_fingerprint
from training.interval import Interval
from training.linear import INTERVAL
from training.provenance import provenance
from training.split import SHARE, Split, split, to_csv

DATA = FOLDER / "boston.csv"
NAME = "boston-house-prices"

FEATURES = {
    "CRIM": {"description": "Crimes per head of the town's population, as published."},
    "ZN": {
        "unit": "%",
        "description": "Share of residential land zoned for lots of more than 25 000 square feet.",
    },
    "INDUS": {"unit": "%", "description": "Share of the town's area in non-retail business."},
    "CHAS": {"description": "1 if the census tract borders the Charles River, else 0."},
    "NOX": {
        "unit": "parts per 10 million",
        "description": "Yearly mean concentration of nitrogen oxides.",
    },
    "RM": {"unit": "rooms", "description": "Mean number of rooms of a dwelling."},
    "AGE": {"unit": "%", "description": "Share of owner-occupied homes built before 1940."},
    "DIS": {"description": "Weighted distance to five employment centres of the Boston region."},
    "RAD": {"description": "Index of access to radial highways: 1 to 8, or 24; whole numbers."},
    "TAX": {"unit": "USD per 10 000 USD", "description": "Property tax on the full value."},
    "PTRATIO": {"unit": "pupils per teacher", "description": "Class size in the town's schools."},
    "B": {
        "description": "1000 (s - 0.63)², s being the share of Black residents of the town. "
        "The column encodes race: do not decide about houses or people with it."
    },
    "LSTAT": {
        "unit": "%",
        "description": "Mean of two shares: adults without some high school education, "
        "and working men classed as labourers.",
    },
}
TARGET = {
    "name": "MEDV",
    "unit": "1000 USD",
    "description": "Median value of owner-occupied homes in a census tract; capped at 50.",
}
TYPES = dict.fromkeys(FEATURES, "double")


class Rows(NamedTuple):
    """Features of shape (n, 13), in the order of `FEATURES`, and target (n,); all float64."""

    features: pd.DataFrame
    price: pd.Series


@dataclass(frozen=True)
class Boston:
    """All rows in the file's order: training rows and held-out rows.

    `parts` has the folds of the training rows, and `fingerprint` covers them; `evaluation` is a CSV
    file of the held-out rows, with the cells of the data file.
    """

    all: Rows
    training: Rows
    held_out: Rows
    parts: Split
    fingerprint: dict[str, Any]
    evaluation: bytes


def load(path: Path = DATA, held_out: float = SHARE) -> Boston:
    """Read the data and hold out a share of the rows, by their content.

    Raises UserError if the file or a column is missing, a cell is not a finite number, or the share
    is not at least 0 and below 1.
    """
    table = read_table(path)
    rows = _rows(table)
    parts = split(table, TARGET["name"], held_out)
    return Boston(
        all=rows,
        training=_rows(parts.training),
        held_out=_rows(parts.held_out),
        parts=parts,
        fingerprint=describe_fingerprint(parts.columns, parts.hashes),
        evaluation=to_csv(parts.held_out),
    )


def _rows(table: Table) -> Rows:
    rows = table.frame(TYPES | {TARGET["name"]: "double"})
    return Rows(rows[list(FEATURES)], rows[TARGET["name"]])


def version(recipe: str, data: Path = DATA) -> str:
    """Return the model's version: the same recipe on the same data gives the same version."""
    return f"{recipe}-{sha256(data)[:8]}"


def model_card(
    recipe: str,
    data: Boston,
    metrics: Mapping[str, Any],
    held_out: Metrics,
    interval: Interval,
    coverage: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the card of a model fitted on the training rows of `data`.

    `metrics` are cross-validated on the same rows; `held_out`, and `coverage` of the interval, are
    measured on the held-out rows. The graph computes the interval.
    """
    features, price = data.training
    described = interval.describe(INTERVAL)
    described = {name: described[name] for name in ("level", "method", "calibration_rows")}
    return {
        "name": NAME,
        "version": version(recipe),
        "description": "Linear regression on the Boston housing data of 1978. An example only: "
        "column B encodes race, so do not decide about houses or people with it.",
        "target": describe_target(TARGET, price.to_numpy()),
        "features": describe_features(features, TYPES, FEATURES),
        "metrics": metrics,
        "held_out": asdict(held_out),
        "interval": {**described, "output": INTERVAL, **coverage},
        "example": json_rows(features[:1])[0],
        **describe_background(features),
        **provenance(DATA, ["numpy", "scikit-learn", "onnx"]),
        "fingerprint": data.fingerprint,
    }
