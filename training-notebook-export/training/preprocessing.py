"""Preprocessing as ONNX nodes: scaled, imputed and encoded features."""

import numpy as np

from training.graph import Graph
from training.unsupported import require, unsupported


def add_scaler(graph: Graph, step, x: str) -> str:
    """Add a fitted StandardScaler: (N, k) → (N, k), double."""
    return _scale(graph, x, step.mean_ if step.with_mean else None, step.scale_)


def add_robust_scaler(graph: Graph, step, x: str) -> str:
    """Add a fitted RobustScaler: (N, k) → (N, k), double."""
    return _scale(graph, x, step.center_, step.scale_)


def add_max_abs_scaler(graph: Graph, step, x: str) -> str:
    """Add a fitted MaxAbsScaler: (N, k) → (N, k), double."""
    return graph.add("Div", graph.cast(x, "double"), graph.constant(step.scale_))


def add_min_max_scaler(graph: Graph, step, x: str) -> str:
    """Add a fitted MinMaxScaler: (N, k) → (N, k), double."""
    scaled = graph.add("Mul", graph.cast(x, "double"), graph.constant(step.scale_))
    x = graph.add("Add", scaled, graph.constant(step.min_))
    if step.clip:
        low, high = (graph.constant(limit) for limit in step.feature_range)
        x = graph.add("Clip", x, low, high)
    return x


def add_polynomial(graph: Graph, step, x: str) -> str:
    """Add fitted PolynomialFeatures: (N, k) → (N, number of products), double."""
    x = graph.cast(x, "double")
    count = step.powers_.shape[1]
    one = graph.affine(x, np.zeros((count, 1)), [1.0])
    columns = graph.concat([x, one])
    # Each product as the columns of its factors, padded with the column of ones.
    factors = [np.repeat(np.arange(count), powers) for powers in step.powers_]
    degree = max(map(len, factors))
    filled = np.array([np.append(each, [count] * (degree - len(each))) for each in factors])
    products = [
        graph.add("Gather", columns, graph.constant(indices, "int64"), axis=1)
        for indices in filled.T
    ]
    result = products[0] if products else one
    for factor in products[1:]:
        result = graph.add("Mul", result, factor)
    return result


def add_inverse_scaler(graph: Graph, step, y: str) -> str:
    """Add the inverse of a StandardScaler fitted on the target: (N, 1) → (N, 1), double."""
    y = graph.cast(y, "double")
    if step.with_std:
        y = graph.add("Mul", y, graph.constant(step.scale_))
    if step.with_mean:
        y = graph.add("Add", y, graph.constant(step.mean_))
    return y


def add_imputer(graph: Graph, step, x: str) -> str:
    """Add a fitted SimpleImputer: (N, k) → (N, k), double or string.

    Missing is NaN among numbers and the empty string among strings, as the function serves it.

    Raises UserError for other missing values, indicator columns, and a column that was empty in
    the fit.
    """
    require(step, add_indicator=False)
    text = graph.type(x) == "string"
    if str(step.missing_values) != ("" if text else "nan"):
        raise unsupported(step, f"with missing_values={step.missing_values!r}")
    # NaN is not equal to NaN; scikit-learn drops columns that contain nothing else.
    if any(value != value for value in step.statistics_):
        raise unsupported(step, "with a column that was empty in the fit")
    x = x if text else graph.cast(x, "double")
    missing = _is_empty(graph, x) if text else graph.add("IsNaN", x, kind="bool")
    fill = graph.constant(step.statistics_, graph.type(x))
    return graph.add("Where", missing, fill, x, kind=graph.type(x))


def add_one_hot(graph: Graph, step, x: str) -> str:
    """Add a fitted OneHotEncoder: strings (N, k) → double (N, number of categories of all columns).

    An unknown category gives zeros.

    Raises UserError where it refuses unknown categories, leaves out or merges some, or encodes
    other values than strings.
    """
    require(step, handle_unknown="ignore", drop=None, min_frequency=None, max_categories=None)
    _require_strings(step)
    indicators = [
        _indicators(graph, graph.column(x, index), categories.tolist())
        for index, categories in enumerate(step.categories_)
    ]
    return graph.cast(graph.concat(indicators), "double")


def add_ordinal(graph: Graph, step, x: str) -> str:
    """Add a fitted OrdinalEncoder: strings (N, k) → the number of each category, double (N, k).

    Raises UserError where it refuses unknown categories, merges some, or encodes other values than
    strings.
    """
    require(step, handle_unknown="use_encoded_value", min_frequency=None, max_categories=None)
    _require_strings(step)
    numbers = [
        graph.add(
            "LabelEncoder",
            graph.column(x, index),
            kind="float",
            domain="ai.onnx.ml",
            keys_strings=categories.tolist(),
            values_floats=np.arange(len(categories), dtype=float).tolist(),
            default_float=float(step.unknown_value),
        )
        for index, categories in enumerate(step.categories_)
    ]
    return graph.cast(graph.concat(numbers), "double")


def _scale(graph: Graph, x: str, center: np.ndarray | None, scale: np.ndarray | None) -> str:
    x = graph.cast(x, "double")
    if center is not None:
        x = graph.add("Sub", x, graph.constant(center))
    if scale is not None:
        x = graph.add("Div", x, graph.constant(scale))
    return x


def _require_strings(step) -> None:
    if not all(isinstance(value, str) for values in step.categories_ for value in values):
        raise unsupported(step, "of other values than strings")


def _is_empty(graph: Graph, x: str) -> str:
    # Before opset 19, strings can only be looked up, not compared.
    found = graph.add(
        "LabelEncoder",
        x,
        kind="int64",
        domain="ai.onnx.ml",
        keys_strings=[""],
        values_int64s=[1],
        default_int64=0,
    )
    return graph.cast(found, "bool")


def _indicators(graph: Graph, column: str, categories: list[str]) -> str:
    cube = graph.add(
        "OneHotEncoder",
        column,
        kind="float",
        domain="ai.onnx.ml",
        cats_strings=categories,
        zeros=1,
    )
    return graph.add("Flatten", cube, axis=1)
