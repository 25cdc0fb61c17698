"""The kinds of estimators and of intervals that `fit` knows."""

# Kind → type of its numbers. Some trees round them to float32 anyway.
NUMBERS = {
    "linear": "double",
    "boosting": "float",
    "hist": "double",
    "forest": "float",
    "tree": "float",
    "mlp": "double",
    "lightgbm": "double",
    "xgboost": "float",
}
# Kind → largest error of its graph, relative to the largest prediction; trees sum in float32.
TOLERANCES = {
    "linear": 1e-9,
    "boosting": 1e-5,
    "hist": 1e-6,
    "forest": 1e-5,
    "tree": 1e-5,
    "mlp": 1e-9,
    "lightgbm": 1e-6,
    "xgboost": 1e-5,
}
# Kinds of the library of the same name, which may be missing.
LIBRARIES = ("lightgbm", "xgboost")
ESTIMATORS = tuple(NUMBERS)
FLOAT_PREDICTIONS = tuple(kind for kind, error in TOLERANCES.items() if error > 1e-9)
"""Kinds whose graphs give a prediction of type float."""

INTERVALS = ("constant", "scaled", "quantile")
"""From the simplest one."""
