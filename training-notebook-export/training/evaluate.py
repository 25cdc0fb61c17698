"""Metrics of a model's predictions."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

from training.errors import UserError
from training.split import Folds

ERRORS = ("rmse", "mae", "r2")


@dataclass(frozen=True)
class Metrics:
    """Errors of predictions: `rmse` and `mae` in the target's unit, `r2` at most 1."""

    rmse: float
    mae: float
    r2: float
    rows: int


def measure(target: np.ndarray, prediction: np.ndarray) -> Metrics:
    """Compare predictions with the target, both of shape (n,).

    Raises UserError if the target does not vary, because R² is then undefined.
    """
    if np.ptp(target) == 0:
        raise UserError(
            f"The target is the same in all {len(target)} rows, so R² is not defined.",
            "Give rows with at least two different values of the target.",
        )
    return Metrics(
        rmse=float(root_mean_squared_error(target, prediction)),
        mae=float(mean_absolute_error(target, prediction)),
        r2=float(r2_score(target, prediction)),
        rows=len(target),
    )


def cross_validate(
    estimator, features, target: np.ndarray, folds: Iterable[tuple[np.ndarray, np.ndarray]]
) -> np.ndarray:
    """Return for each row the prediction of a model fitted on other rows, shape (n,).

    A row in no fold gets NaN. `features` has shape (n, k), `target` has shape (n,).
    """
    prediction = np.full(len(target), np.nan)
    for fitted, predicted in folds:
        model = clone(estimator).fit(features[fitted], target[fitted])
        prediction[predicted] = model.predict(features[predicted])
    return prediction


def describe_metrics(
    target: np.ndarray, predictions: list[np.ndarray], folds: list[Folds]
) -> dict[str, Any]:
    """Return the card's `metrics` of cross-validation, repeated with different folds.

    Errors are computed over all predicted rows and averaged over the repeats; `std` is their
    standard deviation from fold to fold. Raises UserError as `measure` does.
    """
    known = ~np.isnan(predictions[0])
    repeats = [asdict(measure(target[known], each[known])) for each in predictions]
    mean = {name: float(np.mean([each[name] for each in repeats])) for name in ERRORS}
    parts = [
        asdict(measure(target[own], prediction[own]))
        for prediction, pairs in zip(predictions, folds, strict=True)
        for _, own in pairs
        if np.ptp(target[own]) > 0  # Otherwise R² is undefined.
    ]
    result = {
        **mean,
        "rows": repeats[0]["rows"],
        "folds": len(folds[0]),
        "repeats": len(repeats),
    }
    if len(parts) > 1:
        result["std"] = {
            name: float(np.std([each[name] for each in parts], ddof=1)) for name in ERRORS
        }
    return result
