"""Fits a model on a CSV file and exports it with its card."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from onnx import ModelProto
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline

from training.background import MOST_ROWS, describe_background
from training.card import describe_example, describe_features, describe_target
from training.conformal import HELD_OUT, offsets
from training.convert import to_onnx
from training.data import Table, read_table
from training.errors import UserError
from training.estimators import NUMBERS, TOLERANCES, make_estimator
from training.evaluate import measure
from training.export import save
from training.files import sha256
from training.infer import infer_missing, infer_types
from training.linear import PREDICT
from training.provenance import provenance
from training.runtime import run
from training.signature import FLOATING, read_signature

FEWEST_ROWS = 20


@dataclass(frozen=True)
class Fit:
    """A fitted estimator, its card, and the rows held out of the fit with their target.

    `missing` names the features that may be missing.
    """

    estimator: Pipeline
    card: dict[str, Any]
    held_out: pd.DataFrame
    actual: np.ndarray
    missing: list[str]


def fit(
    data: Path,
    output: Path,
    target: Mapping[str, str],
    kind: str,
    level: float,
    seed: int,
    features: list[str] | None = None,
    identity: Mapping[str, str] = {},
    background: int = MOST_ROWS,
) -> Fit:
    """Fit an estimator of a `kind` in `NUMBERS` on a CSV file; write its model to `output`.

    Features are the columns `features`, by default all but `target["name"]`; `identity` holds the
    card's name, version and description, where they are not to be made from the file. A fifth of
    the rows, drawn by `seed`, is held out of the fit: metrics and the interval of `level` come
    from them, the ranges, the histograms and up to `background` rows of the card from the others.

    Raises UserError, and writes nothing, for columns that cannot be used, fewer than
    `FEWEST_ROWS` rows, or a graph that does not predict what scikit-learn does.
    """
    table = read_table(data)
    _check_rows(table)
    answers = table.frame({target["name"]: "double"})[target["name"]].to_numpy()
    names = _features(table, target["name"], features)
    types, missing = infer_types(table, names, NUMBERS[kind]), infer_missing(table, names)
    rows = table.frame(types, missing)
    fitted, held_out, fitted_answers, actual = train_test_split(
        rows, answers, test_size=HELD_OUT, random_state=seed
    )
    gaps = any(types[name] in FLOATING for name in missing)
    estimator = make_estimator(kind, types, gaps, seed).fit(fitted, fitted_answers)
    model = to_onnx(estimator, types)
    _check_parity(estimator, model, rows, TOLERANCES[kind])
    prediction = estimator.predict(held_out)
    card = {
        "name": _name(data),
        "version": f"{kind}-{sha256(data)[:8]}",
        **identity,
        "target": describe_target(target, fitted_answers),
        "features": describe_features(fitted, types, missing=missing),
        "metrics": asdict(measure(actual, prediction)),
        "interval": offsets(actual - prediction, level),
        **describe_example(fitted),
        **describe_background(fitted, missing, background, seed),
        **provenance(data, ["numpy", "scikit-learn", "onnx"]),
    }
    save(output, model, card)
    return Fit(estimator, card, held_out, actual, missing)


def _features(table: Table, target: str, features: list[str] | None) -> list[str]:
    names = features or [name for name in table.header if name != target]
    if target in names or not names:
        raise UserError(
            f"With the target {target}, the features would be {', '.join(names) or 'none'}.",
            "Name features other than the target with --features A,B,C.",
        )
    return names


def _check_rows(table: Table) -> None:
    if len(table.lines) < FEWEST_ROWS:
        raise UserError(
            f"{table.path} has {len(table.lines)} rows, and a fit needs {FEWEST_ROWS}.",
            "Give more rows.",
        )


def _check_parity(
    estimator: Pipeline, model: ModelProto, rows: pd.DataFrame, tolerance: float
) -> None:
    expected = estimator.predict(rows)
    graph = run(model.SerializeToString(), read_signature(model), rows, PREDICT)[:, 0]
    error, largest = np.abs(graph - expected).max(), np.abs(expected).max()
    if not error <= tolerance * largest:
        raise UserError(
            f"The graph's predictions differ from scikit-learn's by up to {error:.2g}, where the "
            f"largest is {largest:.2g}.",
            "Choose another --estimator.",
        )


def _name(data: Path) -> str:
    return re.sub("[^a-z0-9]+", "-", data.stem.lower())[:40].strip("-") or "model"
