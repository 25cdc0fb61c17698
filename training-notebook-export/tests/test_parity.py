"""Random pipelines on random rows: graphs predict what scikit-learn and LightGBM predict."""

import warnings

import numpy as np
import pandas as pd
import pytest
from graphs import predict
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import (
    ExtraTreesRegressor,
    GradientBoostingRegressor,
    HistGradientBoostingRegressor,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import HuberRegressor, Ridge
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    RobustScaler,
    StandardScaler,
)
from sklearn.svm import SVR
from sklearn.tree import DecisionTreeRegressor

from training.convert import to_onnx

COUNT, FITTED = 90, 60
TEXTS = ["", "a", "b", "Ä ß", "a ", "x\ny", '"q"', "日本", "a,b"]
UNSEEN = ["A", "zzz", " a"]
TAKE_NAN = {
    "tree": (DecisionTreeRegressor(max_depth=6, random_state=0), 1e-5),
    "forest": (RandomForestRegressor(8, random_state=0), 1e-5),
    "extra trees": (ExtraTreesRegressor(8, random_state=0), 1e-5),
    "hist": (HistGradientBoostingRegressor(max_iter=8, min_samples_leaf=3), 1e-6),
    "hist of a quantile": (
        HistGradientBoostingRegressor(
            loss="quantile", quantile=0.2, max_iter=8, min_samples_leaf=3, early_stopping=True
        ),
        1e-6,
    ),
}
OTHERS = {
    "ridge": (Ridge(), 1e-9),
    "huber": (HuberRegressor(), 1e-9),
    "network": (MLPRegressor(hidden_layer_sizes=(5,), max_iter=20, random_state=0), 1e-9),
    "svr": (SVR(), 1e-9),
    "boosting": (GradientBoostingRegressor(n_estimators=8, loss="huber"), 1e-5),
}
SCALERS = [StandardScaler(), MinMaxScaler(clip=True), MaxAbsScaler(), RobustScaler()]


def numbers(random):
    """Return numbers that float32 holds, of one of several kinds."""
    kinds = [
        random.normal(size=COUNT),
        random.normal(size=COUNT) * 1e30,
        random.normal(size=COUNT) * 1e-40,
        np.exp(random.normal(size=COUNT) * 8),
        np.full(COUNT, 7.25),
        random.choice([0.1, 0.2, 1 / 3, -0.0, 0.0], COUNT),
        # Neighbours in float32, between which thresholds are rounded.
        1.5 + random.integers(-6, 7, COUNT) * 2.0**-23,
        2.0**53 + random.integers(-20, 200, COUNT) * 2.0**31,
    ]
    return kinds[random.integers(len(kinds))].astype(np.float32).astype(float)


def make_rows(random, gaps):
    rows = pd.DataFrame({f"n{each}": numbers(random) for each in range(random.integers(2, 5))})
    rows["copy"] = rows["n0"]
    target = sum(rows[each] / (rows[each].abs().max() or 1) * random.normal() for each in rows)
    if gaps:
        rows = rows.mask(random.random(rows.shape) < 0.2)
    rows["text"] = random.choice(TEXTS[: random.integers(2, 10)], COUNT)
    target += rows["text"].map({text: random.normal() for text in TEXTS})
    rows.loc[rows.index[-3:], "text"] = UNSEEN
    return rows, (target * random.choice([1e-6, 1, 1e12]) + random.normal(size=COUNT) * 1e-9)


def make_model(random, rows, regressor, takes_nan, gaps):
    names = list(rows.columns[:-1])
    steps = [] if (takes_nan and random.random() < 0.5) or not gaps else [SimpleImputer()]
    if not takes_nan:
        steps.append(SCALERS[random.integers(len(SCALERS))])
    encoders = [
        OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
        OneHotEncoder(handle_unknown="ignore", sparse_output=False),
    ]
    blocks = [
        ("numbers", make_pipeline(*steps, "passthrough"), names),
        ("text", encoders[random.integers(2)], ["text"]),
    ]
    model = make_pipeline(ColumnTransformer(blocks), regressor)
    if random.random() < 0.3:
        model = TransformedTargetRegressor(model, transformer=StandardScaler())
    return model


def check(random, regressor, tolerance, takes_nan):
    gaps = random.random() < 0.5
    rows, target = make_rows(random, gaps)
    model = make_model(random, rows, regressor, takes_nan, gaps)
    with warnings.catch_warnings(action="ignore"):
        model.fit(rows[:FITTED], target[:FITTED])
        expected = model.predict(rows)
    kind = "float" if tolerance > 1e-6 else "double"
    types = {name: kind for name in rows if name != "text"} | {"text": "string"}
    with warnings.catch_warnings(action="error"):
        graph = to_onnx(model, types)
    largest = np.abs(expected).max()
    np.testing.assert_allclose(predict(graph, rows), expected, rtol=0, atol=tolerance * largest)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", TAKE_NAN | OTHERS)
def test_a_random_pipeline_is_predicted_as_by_its_library(name, seed):
    check(np.random.default_rng(seed), *(TAKE_NAN | OTHERS)[name], name in TAKE_NAN)


@pytest.mark.parametrize("objective", ["regression", "quantile"])
@pytest.mark.parametrize("seed", range(6))
def test_a_random_pipeline_is_predicted_as_by_lightgbm(lightgbm, objective, seed):
    regressor = lightgbm.LGBMRegressor(
        n_estimators=8, min_child_samples=3, objective=objective, n_jobs=1, verbose=-1
    )
    check(np.random.default_rng(seed), regressor, 1e-6, takes_nan=True)
