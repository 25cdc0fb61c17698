"""How wide a prediction interval is, from residuals: no distribution of them is assumed.

Vovk, Gammerman, Shafer: Algorithmic Learning in a Random World, Springer 2005.
Lei, G'Sell, Rinaldo, Tibshirani, Wasserman: Distribution-Free Predictive Inference for
Regression, Journal of the American Statistical Association 113 (2018), algorithm 2.
Barber, Candès, Ramdas, Tibshirani: Predictive Inference with the Jackknife+, Annals of Statistics
49 (2021).
Steinberger, Leeb: Conditional Predictive Inference for Stable Algorithms, Annals of Statistics 51
(2023).
"""

import math
from decimal import Decimal
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import ShuffleSplit

from training.errors import UserError
from training.evaluate import cross_validate
from training.split import leave_out

SET_ASIDE = 0.2
FOLDS = 10


def conformal_quantile(scores: np.ndarray, level: float) -> float:
    """Return the ⌈(n + 1) · level⌉-th smallest of the n scores, such as absolute residuals.

    Where the rows are exchangeable, the next score is not larger with a probability of at least
    `level` (Lei et al. 2018, theorem 2.2).

    Raises UserError if n is too small: the quantile would then be infinite.
    """
    check_level(level)
    # Decimal, because in binary 0.55 * 100 exceeds 55, and the rank would be one too high.
    exact = Decimal(str(level))
    rank = math.ceil((len(scores) + 1) * exact)
    if rank > len(scores):
        raise UserError(
            f"An interval of level {level} needs {math.ceil(exact / (1 - exact))} rows "
            f"to calibrate on, and there are {len(scores)}.",
            "Give more rows or a lower level.",
        )
    return float(np.sort(scores)[rank - 1])


def check_level(level: float) -> None:
    """Raise UserError for a level that is not between 0 and 1."""
    if not 0 < level < 1:
        raise UserError(
            f"The interval's level is {level}.", "Give one between 0 and 1, such as 0.9."
        )


def split_offsets(residuals: np.ndarray, level: float) -> dict[str, Any]:
    """Return the card's `interval` around a model's own predictions.

    `residuals` are those of rows that the model was not fitted on, shape (n,).

    Raises UserError as `conformal_quantile` does.
    """
    half_width = conformal_quantile(np.abs(residuals), level)
    return {
        "level": level,
        "method": "Split conformal: absolute residuals of rows that the model was not fitted on.",
        "lower": -half_width,
        "upper": half_width,
        "calibration_rows": len(residuals),
    }


def coverage(estimator, features, target, level: float, seed: int, repeats: int) -> np.ndarray:
    """Return the share of rows set aside that an interval contains, for each of `repeats` splits.

    Each split sets a fifth of the rows aside. The interval, of constant width, surrounds the
    predictions of a model fitted on the others, and is calibrated by their cross-validation.
    `features` are numbers, (n, k), `target` is (n,).
    """
    # scikit-learn takes longer to check a data frame than to fit a line.
    features, target = np.asarray(features), np.asarray(target)
    splits = ShuffleSplit(repeats, test_size=SET_ASIDE, random_state=seed).split(features)
    shares = []
    for rest, aside in splits:
        inner, answers = features[rest], target[rest]
        folds = leave_out(np.arange(len(rest)) % FOLDS)
        residuals = answers - cross_validate(estimator, inner, answers, folds)
        half_width = conformal_quantile(np.abs(residuals), level)
        model = clone(estimator).fit(inner, answers)
        error = np.abs(target[aside] - model.predict(features[aside]))
        shares.append(np.mean(error <= half_width))
    return np.array(shares)
