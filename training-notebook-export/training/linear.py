"""Linear models as ONNX graphs, in float64 from end to end."""

import numpy as np
from onnx import ModelProto
from sklearn.linear_model import (
    ARDRegression,
    BayesianRidge,
    ElasticNet,
    ElasticNetCV,
    GammaRegressor,
    HuberRegressor,
    Lars,
    Lasso,
    LassoCV,
    LassoLars,
    LassoLarsCV,
    LassoLarsIC,
    LinearRegression,
    OrthogonalMatchingPursuit,
    PoissonRegressor,
    QuantileRegressor,
    Ridge,
    RidgeCV,
    SGDRegressor,
    TheilSenRegressor,
    TweedieRegressor,
)
from sklearn.svm import LinearSVR

from training.graph import Graph
from training.unsupported import unsupported

PREDICT, INTERVAL = "predict", "interval"
LINEAR = (
    ARDRegression,
    BayesianRidge,
    ElasticNet,
    ElasticNetCV,
    HuberRegressor,
    Lars,
    Lasso,
    LassoCV,
    LassoLars,
    LassoLarsCV,
    LassoLarsIC,
    LinearRegression,
    LinearSVR,
    OrthogonalMatchingPursuit,
    QuantileRegressor,
    Ridge,
    RidgeCV,
    SGDRegressor,
    TheilSenRegressor,
)
"""Models that predict a weighted sum of the features, plus an intercept."""
GENERALIZED_LINEAR = (GammaRegressor, PoissonRegressor, TweedieRegressor)
"""Models that predict such a sum, or its exponential."""


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


def add_generalized_linear(graph: Graph, model, x: str) -> str:
    """Add a fitted Poisson, gamma or Tweedie regression: (N, k) → (N, 1), double."""
    return add_inverse_link(graph, model, model._base_loss.link, add_linear(graph, model, x))


def add_inverse_link(graph: Graph, model, link, y: str) -> str:
    """Add the inverse of scikit-learn's link function, the identity or a logarithm.

    Raises UserError for another one.
    """
    match type(link).__name__:
        case "IdentityLink":
            return y
        case "LogLink":
            return graph.add("Exp", graph.cast(y, "double"))
        case other:
            raise unsupported(model, f"with a loss of {other}")


def _weights(model) -> np.ndarray:
    """Return the coefficients as (k, targets)."""
    return np.atleast_2d(model.coef_).T
