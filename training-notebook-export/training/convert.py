"""Converts fitted scikit-learn regressors, with their preprocessing, to ONNX models."""

from collections.abc import Callable, Mapping

import numpy as np
from onnx import ModelProto
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import (
    ExtraTreesRegressor,
    GradientBoostingRegressor,
    HistGradientBoostingRegressor,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, Ridge
from sklearn.neighbors import KNeighborsRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)
from sklearn.svm import SVR, NuSVR
from sklearn.tree import DecisionTreeRegressor

from training.distances import add_neighbors, add_svr
from training.errors import UserError
from training.graph import Graph
from training.hist_trees import add_hist
from training.lightgbm_trees import add_lightgbm
from training.linear import INTERVAL, PREDICT, add_linear
from training.mlp import add_mlp
from training.preprocessing import (
    add_imputer,
    add_inverse_scaler,
    add_min_max_scaler,
    add_one_hot,
    add_ordinal,
    add_polynomial,
    add_robust_scaler,
    add_scaler,
)
from training.signature import FLOATING
from training.trees import add_boosting, add_forest, add_tree
from training.unsupported import require, unsupported
from training.xgboost_trees import add_xgboost


def to_onnx(
    estimator,
    types: Mapping[str, str],
    interval: Callable[[Graph, str | Mapping[str, str], str], str] | None = None,
) -> ModelProto:
    """Return the ONNX model of a fitted scikit-learn regressor or Pipeline with one target.

    `types` maps each feature to its type on the card, in the order of the fit. If the first step is
    a ColumnTransformer, which takes its columns by name, the graph has an input (N, 1) for each
    feature; otherwise one input `features` (N, k), double or float. The output is `predict` (N, 1).
    The graph computes in double, except for trees, which take and return float because
    scikit-learn's take float. A given `interval` adds nodes to the graph from its inputs and the
    prediction, and returns the output `interval` (N, 2). Raises UserError for estimators and
    parameters that cannot be exported here, and for features whose types or names do not fit the
    graph.
    """
    graph = Graph()
    if isinstance(_first_step(estimator), ColumnTransformer):
        _check_names(types, [PREDICT, INTERVAL] if interval else [PREDICT])
        x = {name: graph.input(name, kind, columns=1) for name, kind in types.items()}
    else:
        x = graph.input("features", _one_type(types), columns=len(types))
    prediction = add_estimator(graph, estimator, x)
    bounds = interval(graph, x, prediction) if interval else None
    graph.output(prediction, PREDICT)
    if bounds:
        graph.output(bounds, INTERVAL, columns=2)
    return graph.model()


def _first_step(estimator):
    if isinstance(estimator, Pipeline):
        return _first_step(estimator.steps[0][1])
    if isinstance(estimator, TransformedTargetRegressor):
        return _first_step(estimator.regressor_)
    return estimator


def _one_type(types: Mapping[str, str]) -> str:
    kinds = set(types.values())
    if len(kinds) > 1 or not kinds <= set(FLOATING):
        raise UserError(
            f"One tensor cannot hold features of type {', '.join(sorted(kinds))}.",
            "Put a ColumnTransformer first, or make all features double or all float.",
        )
    return kinds.pop()


def _check_names(types: Mapping[str, str], outputs: list[str]) -> None:
    for name in outputs:
        if name in types:
            raise UserError(
                f"A feature is called {name}, as is an output of the graph.", "Rename the feature."
            )
    for name in types:
        if max(name, default="") > "\uffff":
            raise UserError(
                f"The feature {name} has a character beyond U+FFFF, such as emoji, which ONNX "
                "Runtime for Java cannot pass on as the name of an input.",
                "Rename the feature.",
            )


def add_estimator(graph: Graph, estimator, x):
    """Add an estimator of any kind to the graph; return the name of its output."""
    # A subclass may compute something else, so only the exact type counts.
    kind = type(estimator)
    add = ADDED.get(kind) or OF_OTHERS.get((kind.__module__.split(".")[0], kind.__name__))
    if add is None:
        raise unsupported(estimator)
    return add(graph, estimator, x)


def _add_pipeline(graph: Graph, pipeline: Pipeline, x):
    for _, step in pipeline.steps:
        x = add_estimator(graph, step, x)
    return x


def _add_columns(graph: Graph, step: ColumnTransformer, x: Mapping[str, str]) -> str:
    require(step, transformer_weights=None)
    blocks = [
        add_estimator(graph, transformer, _select(graph, step, x, columns))
        for _, transformer, columns in step.transformers_
        if transformer != "drop"
    ]
    return graph.concat(blocks)


def _select(graph: Graph, step: ColumnTransformer, x: Mapping[str, str], columns) -> str:
    """Return the columns concatenated: strings unchanged, all others as double."""
    if not all(name in x for name in columns):
        raise unsupported(step, f"with columns {columns!r}, which are no names of features")
    chosen = [x[name] for name in columns]
    if any(graph.type(value) != "string" for value in chosen):
        chosen = [graph.cast(value, "double") for value in chosen]
    return graph.concat(chosen)


def _add_passthrough(graph: Graph, step: FunctionTransformer, x: str) -> str:
    require(step, func=None)
    return x


def _add_transformed_target(graph: Graph, model: TransformedTargetRegressor, x) -> str:
    y = add_estimator(graph, model.regressor_, x)
    if type(model.transformer_) is StandardScaler:
        return add_inverse_scaler(graph, model.transformer_, y)
    if model.inverse_func is np.exp:
        return graph.add("Exp", graph.cast(y, "double"))
    if model.inverse_func is None:
        raise unsupported(model, f"with transformer {type(model.transformer_).__name__}")
    raise unsupported(model, f"with inverse_func={model.inverse_func!r}")


ADDED = {
    ColumnTransformer: _add_columns,
    DecisionTreeRegressor: add_tree,
    ElasticNet: add_linear,
    ExtraTreesRegressor: add_forest,
    FunctionTransformer: _add_passthrough,
    GradientBoostingRegressor: add_boosting,
    HistGradientBoostingRegressor: add_hist,
    KNeighborsRegressor: add_neighbors,
    Lasso: add_linear,
    LinearRegression: add_linear,
    MinMaxScaler: add_min_max_scaler,
    MLPRegressor: add_mlp,
    NuSVR: add_svr,
    OneHotEncoder: add_one_hot,
    OrdinalEncoder: add_ordinal,
    Pipeline: _add_pipeline,
    PolynomialFeatures: add_polynomial,
    RandomForestRegressor: add_forest,
    Ridge: add_linear,
    RobustScaler: add_robust_scaler,
    SimpleImputer: add_imputer,
    StandardScaler: add_scaler,
    SVR: add_svr,
    TransformedTargetRegressor: _add_transformed_target,
}
# Classes of optional libraries: top module and class name.
OF_OTHERS = {
    ("lightgbm", "LGBMRegressor"): add_lightgbm,
    ("xgboost", "XGBRegressor"): add_xgboost,
}
