"""Split conformal prediction intervals: distribution-free, valid for any number of rows.

Vovk, Gammerman, Shafer: Algorithmic Learning in a Random World, Springer 2005.
Lei, G'Sell, Rinaldo, Tibshirani, Wasserman: Distribution-Free Predictive Inference for
Regression, Journal of the American Statistical Association 113 (2018), algorithm 2.
Barber, Candès, Ramdas, Tibshirani: Predictive Inference with the Jackknife+, Annals of Statistics
49 (2021).
Steinberger, Leeb: Conditional Predictive Inference for Stable Algorithms, Annals of Statistics 51
(2023).
"""

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import ShuffleSplit

from training.errors import UserError

HELD_OUT = 0.2


@dataclass(frozen=True)
class SplitConformal:
    """A model fitted on one half of the rows, and the half-width that the other half gives it.

    `half_width` is in the target's unit, `level` between 0 and 1.
    """

    model: object
    half_width: float
    level: float
    calibration_rows: int

    def bounds(self, features) -> np.ndarray:
        """Return the lower and the upper bound for each row of `features`: (n, k) → (n, 2)."""
        center = self.model.predict(np.asarray(features))
        return np.column_stack([center - self.half_width, center + self.half_width])

    def contains(self, features, target) -> np.ndarray:
        """Return whether the interval contains the target, for each row: (n, k), (n,) → (n,)."""
        lower, upper = self.bounds(features).T
        return (lower <= target) & (target <= upper)


def conformal_quantile(residuals: np.ndarray, level: float) -> float:
    """Return the ⌈(n + 1) · level⌉-th smallest absolute value of the n residuals.

    Where the rows are exchangeable, the next residual is not larger with a probability of at
    least `level` (Lei et al. 2018, theorem 2.2).

    Raises UserError if n is too small: the quantile would then be infinite.
    """
    if not 0 < level < 1:
        raise UserError(
            f"The interval's level is {level}.", "Give one between 0 and 1, such as 0.9."
        )
    # Decimal, because in binary 0.55 * 100 is more than 55 and the rank would be one too high.
    exact = Decimal(str(level))
    rank = math.ceil((len(residuals) + 1) * exact)
    if rank > len(residuals):
        raise UserError(
            f"An interval of level {level} needs {math.ceil(exact / (1 - exact))} rows "
            f"to calibrate on, and there are {len(residuals)}.",
            "Give more rows or a lower level.",
        )
    return float(np.sort(np.abs(residuals))[rank - 1])


def split_offsets(residuals: np.ndarray, level: float) -> dict[str, Any]:
    """Return the card's `interval` around a model's own predictions.

    `residuals` are those of rows that the model was not fitted on, shape (n,).

    Raises UserError as `conformal_quantile` does.
    """
    method = "Split conformal: absolute residuals of rows that the model was not fitted on."
    return _offsets(residuals, level, method)


def cross_validated_offsets(residuals: np.ndarray, level: float) -> dict[str, Any]:
    """Return the card's `interval` around the predictions of a model fitted on all rows.

    `residuals` are those of cross-validation on the same rows, shape (n,). Unlike a split, this
    leaves every row to the fit, and guarantees the level only in so far as a fold more or less
    hardly moves the predictions (Steinberger and Leeb 2023: asymptotically, for estimators that
    are stable in this sense). For others there is no guarantee at all (Barber et al. 2021, of the
    jackknife, whose folds are single rows).

    Raises UserError as `conformal_quantile` does.
    """
    method = "Cross-validation: absolute residuals of rows predicted by models of the other folds."
    return _offsets(residuals, level, method)


def _offsets(residuals: np.ndarray, level: float, method: str) -> dict[str, Any]:
    half_width = conformal_quantile(residuals, level)
    return {
        "level": level,
        "method": method,
        "lower": -half_width,
        "upper": half_width,
        "calibration_rows": len(residuals),
    }


def split_conformal(
    estimator, features, target, level: float, calibration: np.ndarray
) -> SplitConformal:
    """Fit a clone of `estimator` on some of the rows and calibrate it on the others.

    `features` has shape (n, k), `target` and `calibration`, true for the rows to calibrate on,
    shape (n,).
    """
    features, target = np.asarray(features), np.asarray(target)
    model = clone(estimator).fit(features[~calibration], target[~calibration])
    residuals = target[calibration] - model.predict(features[calibration])
    return SplitConformal(model, conformal_quantile(residuals, level), level, len(residuals))


def coverage(estimator, features, target, level: float, seed: int, repeats: int) -> np.ndarray:
    """Return the share of held-out rows that the interval contains, for each of `repeats` splits.

    Each split holds a fifth of the rows out of both the fit and the calibration, which share the
    others equally.
    """
    features, target = np.asarray(features), np.asarray(target)
    random = np.random.default_rng(seed)
    splits = ShuffleSplit(repeats, test_size=HELD_OUT, random_state=seed).split(features)
    shares = []
    for rest, held_out in splits:
        calibration = random.permutation(len(rest)) % 2 == 0
        interval = split_conformal(estimator, features[rest], target[rest], level, calibration)
        shares.append(interval.contains(features[held_out], target[held_out]).mean())
    return np.array(shares)
