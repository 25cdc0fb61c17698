"""Linear models as ONNX graphs, in float64 from end to end."""

import numpy as np
from onnx import ModelProto

from training.graph import Graph
from training.unsupported import unsupported

PREDICT, INTERVAL = "predict", "interval"


def linear_graph(model, half_width: float | None = None) -> ModelProto:
    """Return the graph of a fitted scikit-learn linear model with one target.

    Input `features` (N, k), output `predict` (N, 1) and, given half the width of an interval
    around the prediction, output `interval` (N, 2): lower and upper bound. All double.
    """
    graph = Graph()
    features = graph.input("features", "double", len(_weights(model)))
    graph.output(add_linear(graph, model, features), PREDICT)
    if half_width is not None:
        weights = np.hstack([_weights(model), _weights(model)])
        bias = [model.intercept_ - half_width, model.intercept_ + half_width]
        graph.output(graph.affine(features, weights, bias), INTERVAL, columns=2)
    return graph.model()


def add_linear(graph: Graph, model, x: str) -> str:
    """Add a fitted scikit-learn linear model: (N, k) → (N, 1), double.

    Raises UserError if it has more than one target.
    """
    weights = _weights(model)
    if weights.shape[1] != 1:
        raise unsupported(model, f"with {weights.shape[1]} targets")
    return graph.affine(x, weights, np.ravel(model.intercept_))


def _weights(model) -> np.ndarray:
    """Return the coefficients as (k, targets)."""
    return np.atleast_2d(model.coef_).T
