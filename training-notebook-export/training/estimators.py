"""The estimators of `fit`: regressors, each after the preprocessing that its features need."""

import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.stats import loguniform, randint, uniform
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import (
    GradientBoostingRegressor,
    HistGradientBoostingRegressor,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.tree import DecisionTreeRegressor

from training.errors import UserError
from training.signature import FLOATING

TAKE_NAN = ("hist", "lightgbm", "xgboost")
# Kind → values that a search draws from; the upper end of integer ranges is excluded.
SEARCHED: dict[str, dict[str, Any]] = {
    "boosting": {
        "n_estimators": randint(50, 401),
        "learning_rate": loguniform(0.02, 0.3),
        "max_depth": randint(2, 7),
        "min_samples_leaf": randint(3, 41),
        "subsample": uniform(0.6, 0.4),
    },
    "hist": {
        "max_iter": randint(50, 401),
        "learning_rate": loguniform(0.02, 0.3),
        "max_leaf_nodes": randint(4, 64),
        "min_samples_leaf": randint(3, 61),
        "l2_regularization": loguniform(1e-3, 10),
    },
    "forest": {
        "n_estimators": randint(100, 301),
        "min_samples_leaf": randint(1, 21),
        "max_features": uniform(0.3, 0.7),
    },
    "tree": {"max_depth": randint(2, 15), "min_samples_leaf": randint(1, 41)},
    "mlp": {
        "hidden_layer_sizes": [(16,), (32, 16), (64, 32), (64, 64)],
        "alpha": loguniform(1e-5, 1e-1),
        "learning_rate_init": loguniform(3e-4, 1e-2),
    },
    "lightgbm": {
        "n_estimators": randint(50, 401),
        "learning_rate": loguniform(0.02, 0.3),
        "num_leaves": randint(4, 64),
        "min_child_samples": randint(3, 61),
    },
    "xgboost": {
        "n_estimators": randint(50, 401),
        "learning_rate": loguniform(0.02, 0.3),
        "max_depth": randint(2, 9),
        "min_child_weight": loguniform(0.5, 30),
    },
}


def make_estimator(
    kind: str,
    types: Mapping[str, str],
    missing: bool,
    seed: int,
    log_target: bool = False,
    settings: Mapping[str, Any] = {},
) -> Pipeline | TransformedTargetRegressor:
    """Return a pipeline to fit on features of these types.

    `kind` is one of `NUMBERS`; `settings` are the regressor's settings that differ from the
    defaults. With `missing`, NaN becomes the median, except for kinds that take NaN; the empty
    string is a category like others. An unknown category counts as none, or in `hist` as missing.
    With `log_target`, the logarithm of the target is fitted, and predictions are its exponential.
    Raises UserError for a kind whose library is not installed.
    """
    steps = [SimpleImputer(strategy="median")] if missing and kind not in TAKE_NAN else []
    if kind in ("linear", "mlp"):
        steps.append(StandardScaler())
    categories = []
    if not set(types.values()) <= set(FLOATING):
        columns = _by_type(types, steps, ordinal=kind == "hist")
        count = sum(each == "string" for each in types.values())
        categories = list(range(len(types) - count, len(types)))
        steps = [columns]
    regressor = _regressor(kind, seed, settings)
    if kind == "hist" and categories:
        regressor.set_params(categorical_features=categories)
    pipeline = make_pipeline(*steps, regressor)
    if log_target:
        return TransformedTargetRegressor(pipeline, func=np.log, inverse_func=np.exp)
    return pipeline


def number_categories(types: Mapping[str, str]) -> ColumnTransformer:
    """Return a transformer of all features to numbers: categories come last and are numbered."""
    return _by_type(types, [], ordinal=True)


def _by_type(types: Mapping[str, str], steps: list, ordinal: bool) -> ColumnTransformer:
    def of(*kinds: str) -> list[str]:
        return [name for name, kind in types.items() if kind in kinds]

    if ordinal:
        encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)
    else:
        encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    blocks = [
        ("numbers", make_pipeline(*steps) if steps else "passthrough", of(*FLOATING)),
        ("flags", "passthrough", of("bool")),
        ("categories", encoder, of("string")),
    ]
    return ColumnTransformer([block for block in blocks if block[-1]])


def _regressor(kind: str, seed: int, settings: Mapping[str, Any]):
    match kind:
        case "linear":
            return LinearRegression(**settings)
        case "boosting":
            defaults = {"min_samples_leaf": 10, "random_state": seed}
            return GradientBoostingRegressor(**defaults | settings)
        case "hist":
            defaults = {"early_stopping": False, "random_state": seed}
            return HistGradientBoostingRegressor(**defaults | settings)
        case "forest":
            defaults = {"min_samples_leaf": 5, "random_state": seed}
            return RandomForestRegressor(**defaults | settings)
        case "tree":
            return DecisionTreeRegressor(**{"random_state": seed} | settings)
        case "mlp":
            defaults = {
                "hidden_layer_sizes": (32, 16),
                "max_iter": 500,
                "early_stopping": True,
                "random_state": seed,
            }
            network = MLPRegressor(**defaults | settings)
            return TransformedTargetRegressor(network, transformer=StandardScaler())
        case "lightgbm":
            defaults = {"random_state": seed, "deterministic": True, "n_jobs": 1, "verbose": -1}
            return _load("lightgbm").LGBMRegressor(**defaults | settings)
        case "xgboost":
            defaults = {"random_state": seed, "n_jobs": 1}
            return _load("xgboost").XGBRegressor(**defaults | settings)


def _load(library: str):
    try:
        return __import__(library)
    except (ImportError, OSError) as error:
        raise UserError(
            f"{library} cannot be loaded: {error}.",
            f"Install it with {sys.executable} -m pip install {library}, and OpenMP if it is "
            "lacking (on Debian and Ubuntu: apt install libgomp1; on macOS: libomp), or choose "
            "another --estimator.",
        ) from error
