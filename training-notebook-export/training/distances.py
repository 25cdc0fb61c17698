"""Regressors that compare a row with training rows, as ONNX nodes: SVR and k neighbours."""

import numpy as np
from scipy.sparse import issparse
from sklearn.neighbors import KNeighborsRegressor
from sklearn.svm import SVR, NuSVR

from training.graph import Graph
from training.unsupported import require, unsupported


def add_svr(graph: Graph, model: SVR | NuSVR, x: str) -> str:
    """Add a fitted support vector regression: (N, k) → (N, 1), double.

    Raises UserError for a kernel that is a function or precomputed.
    """
    x, vectors = graph.cast(x, "double"), _dense(model.support_vectors_)
    product = graph.affine(x, vectors.T, np.zeros(len(vectors)))
    gamma = graph.constant([model._gamma])
    shifted = graph.constant([model.coef0])
    match model.kernel:
        case "linear":
            similarity = product
        case "rbf":
            distance = _squared_distances(graph, x, vectors)
            similarity = graph.add("Exp", graph.add("Neg", graph.add("Mul", distance, gamma)))
        case "poly":
            base = graph.add("Add", graph.add("Mul", product, gamma), shifted)
            similarity = graph.add("Pow", base, graph.constant([model.degree]))
        case "sigmoid":
            base = graph.add("Add", graph.add("Mul", product, gamma), shifted)
            similarity = graph.add("Tanh", base)
        case other:
            raise unsupported(model, f"with kernel={other!r}")
    return graph.affine(similarity, _dense(model.dual_coef_).T, model.intercept_)


def add_neighbors(graph: Graph, model: KNeighborsRegressor, x: str) -> str:
    """Add a fitted k-neighbours regression: (N, k) → (N, 1), double.

    The graph contains all training rows. Among rows at the same distance, it may choose others than
    scikit-learn. Raises UserError for weights by distance, distances other than Euclidean, and
    several targets.
    """
    require(model, weights="uniform", effective_metric_="euclidean")
    target = np.asarray(model._y, dtype=float)
    if target.size != len(target):
        raise unsupported(model, f"with {target.shape[1]} targets")
    x, rows = graph.cast(x, "double"), _dense(model._fit_X)
    # The product loses precision, in scikit-learn, too, which uses it for more than 15 columns.
    measured = _squared_distances if model._fit_method == "brute" else _summed_distances
    distance = measured(graph, x, rows)
    count = graph.constant([model.n_neighbors], "int64")
    nearest = graph.add_many("TopK", distance, count, outputs=2, largest=0)[1]
    targets = graph.add("Gather", graph.constant(target.ravel()), nearest, axis=0)
    return graph.add("ReduceMean", targets, axes=[1], keepdims=1)


def _dense(array) -> np.ndarray:
    """Return an array that is sparse if the model was fitted on a sparse one."""
    return array.toarray() if issparse(array) else np.asarray(array)


def _squared_distances(graph: Graph, x: str, rows: np.ndarray) -> str:
    """Return the squared distance of each row of x to each of these: (N, k) → (N, n), double."""
    # Centered, because the difference below then loses less precision.
    middle = rows.mean(axis=0) if len(rows) else np.zeros(rows.shape[1])
    x, rows = graph.add("Sub", x, graph.constant(middle)), rows - middle
    own = graph.add("ReduceSumSquare", x, axes=[1], keepdims=1)
    others = graph.affine(x, -2 * rows.T, (rows**2).sum(axis=1))
    return graph.add("Add", others, own)


def _summed_distances(graph: Graph, x: str, rows: np.ndarray) -> str:
    """Return the same, column by column: without loss of precision, but slower."""
    differences = [
        graph.add("Sub", graph.column(x, at), graph.constant(column))
        for at, column in enumerate(rows.T)
    ]
    return graph.add("Sum", *(graph.add("Mul", each, each) for each in differences))
