"""Ensembles of regression trees as ONNX nodes.

A TreeEnsembleRegressor, the operator that everything knows; beyond `LARGE` nodes, several of its
successor TreeEnsemble, which take a fifth of the memory to load. A graph has only one of the two,
because no version of their domain has both.
"""

import numpy as np
from onnx import numpy_helper
from sklearn.dummy import DummyRegressor

from training.ensemble import add_ensemble
from training.graph import Graph
from training.tree import Tree, joined
from training.unsupported import require, unsupported

LARGE = 200_000


def add_boosting(graph: Graph, model, x: str) -> str:
    """Add a fitted GradientBoostingRegressor: (N, k) → (N, 1), float.

    Leaf weights times learning rate are rounded to float32 and summed in it: for t trees whose
    leaves agree in sign, the prediction's relative error is at most about (t + 2) · 2⁻²⁴.

    Raises UserError if its first prediction is neither a constant nor zero.
    """
    if model.init_ == "zero":
        start = 0.0
    elif type(model.init_) is DummyRegressor:
        start = model.init_.constant_.item()
    else:
        raise unsupported(model, f"with init={type(model.init_).__name__}")
    trees = [_sklearn_tree(each.tree_, model.learning_rate) for each in model.estimators_[:, 0]]
    return add_trees(graph, trees, graph.cast(x, "float"), "SUM", start)


def add_forest(graph: Graph, model, x: str) -> str:
    """Add a fitted RandomForestRegressor or ExtraTreesRegressor: (N, k) → (N, 1), float.

    The mean of the trees is their sum, divided by their number, in float32: the error is bounded
    as in boosting. A forest fitted on rows with NaN takes NaN.

    Raises UserError if it has more than one target.
    """
    require(model, n_outputs_=1)
    trees = [_sklearn_tree(each.tree_) for each in model.estimators_]
    return add_trees(graph, trees, graph.cast(x, "float"), "AVERAGE")


def add_tree(graph: Graph, model, x: str) -> str:
    """Add a fitted DecisionTreeRegressor: (N, k) → (N, 1), float, to which its leaves are rounded.

    Raises UserError if it has more than one target.
    """
    require(model, n_outputs_=1)
    return add_trees(graph, [_sklearn_tree(model.tree_)], graph.cast(x, "float"), "SUM")


def add_trees(graph: Graph, trees: list[Tree], x: str, aggregate: str, start: float = 0.0) -> str:
    """Add an ensemble: (N, k) → (N, 1), float. Thresholds and sums are of the type of `x`.

    `aggregate` is "SUM" or "AVERAGE", `start` is added to it.
    """
    if graph.has("TreeEnsemble") or sum(len(tree.leaf) for tree in trees) > LARGE:
        return add_ensemble(graph, trees, x, aggregate, start)
    return _add_regressor(graph, trees, x, aggregate, start)


def _add_regressor(graph: Graph, trees: list[Tree], x: str, aggregate: str, start: float) -> str:
    leaf = joined(trees, "leaf")
    tree_ids = np.repeat(np.arange(len(trees)), [len(tree.leaf) for tree in trees])
    node_ids = np.concatenate([np.arange(len(tree.leaf)) for tree in trees])
    kind = graph.type(x)
    return graph.add(
        "TreeEnsembleRegressor",
        x,
        kind="float",
        domain="ai.onnx.ml",
        n_targets=1,
        aggregate_function=aggregate,
        nodes_treeids=tree_ids.tolist(),
        nodes_nodeids=node_ids.tolist(),
        nodes_modes=np.where(leaf, "LEAF", "BRANCH_LEQ").tolist(),
        # A leaf has 0 for all attributes of branches.
        nodes_featureids=np.where(leaf, 0, joined(trees, "feature")).tolist(),
        nodes_truenodeids=np.where(leaf, 0, joined(trees, "left")).tolist(),
        nodes_falsenodeids=np.where(leaf, 0, joined(trees, "right")).tolist(),
        nodes_missing_value_tracks_true=(~leaf & joined(trees, "nan_left")).astype(int).tolist(),
        target_treeids=tree_ids[leaf].tolist(),
        target_nodeids=node_ids[leaf].tolist(),
        target_ids=np.zeros(leaf.sum(), dtype=int).tolist(),
        **_numbers("nodes_values", np.where(leaf, 0, joined(trees, "threshold")), kind),
        **_numbers("target_weights", joined(trees, "weight")[leaf], kind),
        **_numbers("base_values", np.array([start]), kind),
    )


def round_down(thresholds: np.ndarray) -> np.ndarray:
    """Return the largest float32 numbers that are not above these float64 numbers.

    scikit-learn rounds features to float32 and compares them with float64 thresholds. For every
    float32 number x, x <= t is then the same as x <= (t rounded down); t rounded to the nearest
    float32 may be above t, and an x in between would go the wrong way.
    """
    nearest = thresholds.astype(np.float32)
    below = np.nextafter(nearest, np.float32(-np.inf))
    return np.where(nearest > thresholds, below, nearest)


def _sklearn_tree(tree, factor: float = 1.0) -> Tree:
    return Tree(
        feature=tree.feature,
        threshold=round_down(tree.threshold),
        nan_left=tree.missing_go_to_left.astype(bool),
        left=tree.children_left,
        right=tree.children_right,
        weight=tree.value[:, 0, 0] * factor,
    )


def _numbers(name: str, values: np.ndarray, kind: str) -> dict:
    """Return an attribute of floats or, for doubles, of the tensor that the operator takes."""
    if kind == "float":
        return {name: values.astype(np.float32).tolist()}
    return {f"{name}_as_tensor": numpy_helper.from_array(values.astype(np.float64), name)}
