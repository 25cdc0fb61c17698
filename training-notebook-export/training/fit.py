"""Fits a model on a CSV file and exports it with its card."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from onnx import ModelProto
from sklearn.pipeline import Pipeline

from training.background import MOST_ROWS, describe_background
from training.card import describe_example, describe_features, describe_target
from training.conformal import cross_validated_offsets
from training.convert import to_onnx
from training.data import Table, read_table
from training.errors import UserError
from training.estimators import NUMBERS, TOLERANCES, make_estimator
from training.evaluate import cross_validate, measure
from training.export import save
from training.files import sha256
from training.fingerprint import describe_fingerprint
from training.infer import infer_missing, infer_types
from training.linear import PREDICT
from training.provenance import provenance
from training.runtime import run
from training.signature import FLOATING, read_signature
from training.split import SHARE, Split, content_folds, split, to_csv

FEWEST_ROWS = 20
FEWEST_HELD_OUT = 2
FOLDS = 5


@dataclass(frozen=True)
class Fit:
    """A fitted estimator, its card, and the rows held out of the fit with their target.

    `missing` names the features that may be missing; `evaluation` is the file of the rows held
    out, if there are any.
    """

    estimator: Pipeline
    card: dict[str, Any]
    held_out: pd.DataFrame
    actual: np.ndarray
    missing: list[str]
    evaluation: Path | None


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
    held_out: float = SHARE,
    split_by: list[str] | None = None,
    fingerprint: bool = True,
) -> Fit:
    """Fit an estimator of a `kind` in `NUMBERS` on a CSV file; write its model to `output`.

    Features are the columns `features`, by default all but `target["name"]`; `identity` holds the
    card's name, version and description, where they are not to be made from the file. The share
    `held_out` of the rows is held out by their content in the columns `split_by`, by default all
    but the target, and written to a CSV file beside the output. On them, the card's `held_out`
    metrics and the coverage of its interval are measured; all else comes from the others. `seed`
    draws the background, of up to `background` rows, and what the estimator draws.

    Raises UserError, and writes nothing, for columns that cannot be used, fewer than
    `FEWEST_ROWS` rows to fit or `FEWEST_HELD_OUT` held out, or a graph that does not predict what
    scikit-learn does.
    """
    table = read_table(data)
    answers = table.frame({target["name"]: "double"})[target["name"]].to_numpy()
    names = _features(table, target["name"], features)
    types, missing = infer_types(table, names, NUMBERS[kind]), infer_missing(table, names)
    rows = table.frame(types, missing)
    parts = split(table, target["name"], held_out, split_by)
    _check_sides(parts, held_out)
    fitted, fitted_answers = rows[~parts.is_held_out], answers[~parts.is_held_out]
    others, actual = rows[parts.is_held_out], answers[parts.is_held_out]
    gaps = any(types[name] in FLOATING for name in missing)
    estimator = make_estimator(kind, types, gaps, seed).fit(fitted, fitted_answers)
    model = to_onnx(estimator, types)
    _check_parity(estimator, model, rows, TOLERANCES[kind])
    card = {
        "name": _name(data),
        "version": f"{kind}-{sha256(data)[:8]}",
        **identity,
        "target": describe_target(target, fitted_answers),
        "features": describe_features(fitted, types, missing=missing),
        **_cross_validated(estimator, fitted, fitted_answers, parts.hashes, level),
        **describe_example(fitted),
        **describe_background(fitted, missing, background, seed),
        **provenance(data, ["numpy", "scikit-learn", "onnx"]),
    }
    evaluation = {}
    if len(actual):
        _add_held_out(card, actual - estimator.predict(others), actual)
        evaluation = {f"{output.stem}.evaluation.csv": to_csv(parts.held_out)}
    if fingerprint:
        card["fingerprint"] = describe_fingerprint(parts.columns, parts.hashes)
    save(output, model, card, evaluation)
    [path] = [output.with_name(name) for name in evaluation] or [None]
    return Fit(estimator, card, others, actual, missing, path)


def _cross_validated(
    estimator: Pipeline, rows: pd.DataFrame, answers: np.ndarray, hashes: list[bytes], level: float
) -> dict[str, Any]:
    """Return the card's `metrics` and `interval`, from rows that the estimator was fitted on."""
    fold = content_folds(hashes, FOLDS)
    prediction = cross_validate(estimator, rows, answers, fold)
    return {
        "metrics": asdict(measure(answers, prediction)) | {"folds": len(np.unique(fold))},
        "interval": cross_validated_offsets(answers - prediction, level),
    }


def _add_held_out(card: dict[str, Any], residuals: np.ndarray, actual: np.ndarray) -> None:
    """Add how well the rows held out are predicted, and how often the interval holds."""
    card["held_out"] = asdict(measure(actual, actual - residuals))
    interval = card["interval"]
    inside = (interval["lower"] <= residuals) & (residuals <= interval["upper"])
    interval["coverage"] = inside.mean().item()


def _features(table: Table, target: str, features: list[str] | None) -> list[str]:
    names = features or [name for name in table.header if name != target]
    if target in names or not names:
        raise UserError(
            f"With the target {target}, the features would be {', '.join(names) or 'none'}.",
            "Name features other than the target with --features A,B,C.",
        )
    return names


def _check_sides(parts: Split, share: float) -> None:
    training, held_out = len(parts.training.lines), len(parts.held_out.lines)
    if training < FEWEST_ROWS or (share and held_out < FEWEST_HELD_OUT):
        raise UserError(
            f"{parts.training.path} has {training} rows to fit a model on and {held_out} that are "
            f"held out, and {FEWEST_ROWS} and {FEWEST_HELD_OUT} are needed.",
            "Give more rows, or another share with --held-out.",
        )
    if len(set(parts.hashes)) == 1:
        raise UserError(
            f"The {training} rows to fit a model on are the same in {', '.join(parts.columns)}.",
            "Give rows that differ, or name other columns with --split-by A,B.",
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
