"""How well a model predicts."""

from dataclasses import dataclass

import numpy as np
from sklearn.base import clone
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

from training.errors import UserError


@dataclass(frozen=True)
class Metrics:
    """Errors of predictions: `rmse` and `mae` in the target's unit, `r2` at most 1."""

    rmse: float
    mae: float
    r2: float
    rows: int


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


def cross_validate(estimator, features, target: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """Return for each row the prediction of a model fitted on the other folds, shape (n,).

    `features` has shape (n, k), `target` and `fold`, the number of the row's fold, shape (n,).
    """
    prediction = np.empty(len(target))
    for number in np.unique(fold):
        inside = fold == number
        model = clone(estimator).fit(features[~inside], target[~inside])
        prediction[inside] = model.predict(features[inside])
    return prediction
