"""Linear models and a network, fitted on synthetic homes and exported, with test rows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from onnx import ModelProto
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from training.background import describe_background
from training.card import write_card
from training.convert import to_onnx
from training.describe import describe_example, describe_features, describe_target
from training.homes import draw, with_gaps

SEED = 2025
HOMES = draw(rows=600, seed=SEED)
PRICE = HOMES.pop("median_value").to_numpy(float)
GAPS = with_gaps(HOMES, share=0.3, seed=SEED)

NUMBERS = ["income", "house_age", "rooms", "latitude", "longitude"]
MATRIX = HOMES[NUMBERS].astype(float)
DOUBLES = dict.fromkeys(NUMBERS, "double")


@dataclass(frozen=True)
class Sample:
    """A model, rows, and what the library that fitted it predicts for them, shape (n,).

    `tolerance` is the largest relative error that the graph's arithmetic allows, `missing` names
    the features that may be missing.
    """

    model: ModelProto
    rows: pd.DataFrame
    predictions: np.ndarray
    tolerance: float
    missing: Collection[str] = ()


def linear() -> Sample:
    """Return a linear regression of scaled features: one tensor of double; has a card."""
    model = make_pipeline(StandardScaler(), LinearRegression()).fit(MATRIX, PRICE)
    graph = _with_card(to_onnx(model, DOUBLES), "linear", MATRIX, DOUBLES)
    rows = MATRIX[:40]
    return Sample(graph, rows, model.predict(rows), 1e-9)


def mlp() -> Sample:
    """Return a small network of a scaled target: one tensor of double; has a card."""
    network = MLPRegressor(
        hidden_layer_sizes=(8, 4), activation="tanh", max_iter=1000, random_state=SEED
    )
    target = TransformedTargetRegressor(network, transformer=StandardScaler())
    model = make_pipeline(StandardScaler(), target).fit(MATRIX, PRICE)
    graph = _with_card(to_onnx(model, DOUBLES), "mlp", MATRIX, DOUBLES)
    rows = MATRIX[:40]
    return Sample(graph, rows, model.predict(rows), 1e-9)


def mixed() -> Sample:
    """Return a linear regression of an input per feature, of five types; without a card."""
    homes = HOMES.assign(spacious=HOMES["rooms"] > 6)
    types = {
        "ocean_proximity": "string",
        "house_age": "int64",
        "spacious": "bool",
        "income": "double",
        "rooms": "float",
    }
    columns = ColumnTransformer(
        [
            ("categories", _one_hot(), ["ocean_proximity"]),
            ("numbers", StandardScaler(), ["income", "house_age"]),
            ("others", "passthrough", ["rooms"]),
            ("flags", "passthrough", ["spacious"]),
        ]
    )
    model = make_pipeline(columns, LinearRegression()).fit(homes[list(types)], PRICE)
    rows = homes[:40][list(types)]
    rows.loc[:2, "ocean_proximity"] = ["lake", "", "Inland"]
    # The graph takes rooms as float32, so scikit-learn gets float32, too.
    rows["rooms"] = rows["rooms"].astype(np.float32).astype(float)
    return Sample(to_onnx(model, types), rows, model.predict(rows), 1e-9)


def imputing() -> Sample:
    """Return a linear regression that imputes missing values; with a card."""
    types = {"income": "double", "rooms": "double", "ocean_proximity": "string"}
    missing = ["rooms", "ocean_proximity"]
    inland = SimpleImputer(missing_values="", strategy="constant", fill_value="inland")
    columns = ColumnTransformer(
        [
            ("mean", make_pipeline(SimpleImputer(), StandardScaler()), ["rooms"]),
            ("median", SimpleImputer(strategy="median"), ["income"]),
            ("text", make_pipeline(inland, _one_hot()), ["ocean_proximity"]),
        ]
    )
    model = make_pipeline(columns, LinearRegression()).fit(GAPS[list(types)], PRICE)
    graph = _with_card(to_onnx(model, types), "imputing", GAPS, types, missing)
    rows = GAPS[list(types)][:40]
    return Sample(graph, rows, model.predict(rows), 1e-9, missing)


def _one_hot() -> OneHotEncoder:
    return OneHotEncoder(handle_unknown="ignore", sparse_output=False)


def _with_card(
    model: ModelProto,
    name: str,
    rows: pd.DataFrame,
    types: Mapping[str, str],
    missing: Collection[str] = (),
) -> ModelProto:
    card = {
        "name": name,
        "version": "1",
        "description": "Fitted on synthetic homes, for tests.",
        "target": describe_target({"name": "median_value", "unit": "USD"}, PRICE),
        "features": describe_features(rows, types, missing=missing),
        **describe_example(rows[list(types)]),
        **describe_background(rows[list(types)], missing),
    }
    write_card(model, card)
    return model
