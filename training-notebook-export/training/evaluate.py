"""How well a model predicts."""

from dataclasses import dataclass

import numpy as np
from sklearn.base import clone
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error
from sklearn.model_selection import KFold

from training.errors import UserError


@dataclass(frozen=True)
class Metrics:
    """Errors of predictions: `rmse` and `mae` in the target's unit, `r2` at most 1."""

    rmse: float
    mae: float
    r2: float
    rows: int


@dataclass(frozen=True)
class CrossValidation:
    """Out-of-fold results, one element per row: the row's fold and its prediction."""

    fold: np.ndarray
    prediction: np.ndarray
    folds: int


def measure(target: np.ndarray, prediction: np.ndarray) -> Metrics:
    """Compare predictions with the target, both of shape (n,).

    Raises UserError if the target does not vary, for then R² is not defined.
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


def cross_validate(estimator, features, target, folds: int, seed: int) -> CrossValidation:
    """Predict each row by a model fitted on the other folds.

    `features` has shape (n, k), `target` shape (n,); the rows are shuffled by `seed`.
    """
    features, target = np.asarray(features), np.asarray(target)
    fold = np.empty(len(target), dtype=int)
    prediction = np.empty(len(target))
    splits = KFold(folds, shuffle=True, random_state=seed).split(features)
    for number, (fit, held_out) in enumerate(splits, start=1):
        model = clone(estimator).fit(features[fit], target[fit])
        fold[held_out] = number
        prediction[held_out] = model.predict(features[held_out])
    return CrossValidation(fold, prediction, folds)
