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
from sklearn.neighbors import KNeighborsRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
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
from training.linear import (
    GENERALIZED_LINEAR,
    INTERVAL,
    LINEAR,
    PREDICT,
    add_generalized_linear,
    add_linear,
)
from training.mlp import add_mlp
from training.preprocessing import (
    add_imputer,
    add_inverse_scaler,
    add_max_abs_scaler,
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
        if step not in (None, "passthrough"):
            x = add_estimator(graph, step, x)
    return x


def _add_columns(graph: Graph, step: ColumnTransformer, x: str | Mapping[str, str]) -> str:
    require(step, transformer_weights=None)
    blocks = []
    for name, transformer, _ in step.transformers_:
        # However the columns were named: by name, number, slice, mask or function.
        places = step._transformer_to_input_indices[name]
        if transformer != "drop" and places:
            chosen = _select(graph, step, x, places)
            if not isinstance(_first_step(transformer), ColumnTransformer):
                chosen = _joined(graph, step, chosen)
            blocks.append(add_estimator(graph, transformer, chosen))
    if not blocks:
        raise unsupported(step, "that leaves no column")
    graph.is_sparse |= step.sparse_output_
    return _concat(graph, step, blocks)


def _select(
    graph: Graph, step: ColumnTransformer, x: str | Mapping[str, str], places: list[int]
) -> str | dict[str, str]:
    """Return the columns at these places of the fit, in the form of x: a matrix or names."""
    if isinstance(x, str):
        return graph.add("Gather", x, graph.constant(places, "int64"), axis=1)
    names = getattr(step, "feature_names_in_", list(x))
    chosen = [names[place] for place in places]
    if not all(name in x for name in chosen):
        raise unsupported(step, f"with columns {chosen!r}, which are no names of features")
    return {name: x[name] for name in chosen}


def _joined(graph: Graph, step: ColumnTransformer, x: str | Mapping[str, str]) -> str:
    """Return the columns concatenated: strings unchanged, all others as double."""
    return x if isinstance(x, str) else _concat(graph, step, list(x.values()))


def _concat(graph: Graph, step: ColumnTransformer, values: list[str]) -> str:
    texts = [value for value in values if graph.type(value) == "string"]
    if texts and len(texts) < len(values):
        raise unsupported(step, "that puts strings and numbers side by side")
    return graph.concat(values if texts else [graph.cast(value, "double") for value in values])


def _add_passthrough(graph: Graph, step: FunctionTransformer, x: str) -> str:
    require(step, func=None)
    return x


def _add_transformed_target(graph: Graph, model: TransformedTargetRegressor, x) -> str:
    y = add_estimator(graph, model.regressor_, x)
    if type(model.transformer_) is StandardScaler:
        return add_inverse_scaler(graph, model.transformer_, y)
    if model.transformer is not None:
        raise unsupported(model, f"with transformer {type(model.transformer_).__name__}")
    if model.inverse_func is None:
        return y
    if model.inverse_func not in (np.exp, np.expm1):
        raise unsupported(model, f"with inverse_func={model.inverse_func!r}")
    y = graph.add("Exp", graph.cast(y, "double"))
    return y if model.inverse_func is np.exp else graph.add("Sub", y, graph.constant([1]))


ADDED = {
    ColumnTransformer: _add_columns,
    DecisionTreeRegressor: add_tree,
    ExtraTreesRegressor: add_forest,
    FunctionTransformer: _add_passthrough,
    GradientBoostingRegressor: add_boosting,
    HistGradientBoostingRegressor: add_hist,
    KNeighborsRegressor: add_neighbors,
    MaxAbsScaler: add_max_abs_scaler,
    MinMaxScaler: add_min_max_scaler,
    MLPRegressor: add_mlp,
    NuSVR: add_svr,
    OneHotEncoder: add_one_hot,
    OrdinalEncoder: add_ordinal,
    Pipeline: _add_pipeline,
    PolynomialFeatures: add_polynomial,
    RandomForestRegressor: add_forest,
    RobustScaler: add_robust_scaler,
    SimpleImputer: add_imputer,
    StandardScaler: add_scaler,
    SVR: add_svr,
    TransformedTargetRegressor: _add_transformed_target,
    **dict.fromkeys(LINEAR, add_linear),
    **dict.fromkeys(GENERALIZED_LINEAR, add_generalized_linear),
}
# Classes of optional libraries: top module and class name.
OF_OTHERS = {
    ("lightgbm", "LGBMRegressor"): add_lightgbm,
    ("xgboost", "XGBRegressor"): add_xgboost,
}
