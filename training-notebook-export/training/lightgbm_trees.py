"""LightGBM's regression trees as ONNX graphs, with float64 features and thresholds."""

from typing import Any

import numpy as np
from onnx import ModelProto

from training.graph import Graph
from training.linear import PREDICT
from training.tree import Tree
from training.trees import add_trees
from training.unsupported import unsupported

# Those that predict the sum of the leaves; others transform it.
OBJECTIVES = ("regression", "regression_l1", "huber", "fair", "quantile", "mape")


def lightgbm_graph(booster) -> ModelProto:
    """Return the graph of a `lightgbm.Booster` fitted on numbers, NaN perhaps among them.

    Input `features` (N, k) double, output `predict` (N, 1) float: see `add_lightgbm`.

    Raises UserError as `add_lightgbm` does.
    """
    graph = Graph()
    columns = booster.dump_model()["max_feature_idx"] + 1
    features = graph.input("features", "double", columns)
    graph.output(add_lightgbm(graph, booster, features), PREDICT)
    return graph.model()


def add_lightgbm(graph: Graph, model, x: str) -> str:
    """Add a `lightgbm.Booster` or fitted LGBMRegressor: (N, k) → (N, 1), float.

    The leaves are summed in float64 and the sum is rounded, to a relative error of at most 2⁻²⁴.

    Raises UserError for an objective that is not one of `OBJECTIVES`, a categorical feature, zeros
    treated as missing and linear trees.
    """
    booster = getattr(model, "booster_", model)
    dump = booster.dump_model()
    name, *options = (dump.get("objective") or "").split(" ")
    if name not in OBJECTIVES or "sqrt" in options:
        raise unsupported(booster, f"with objective {dump.get('objective')!r}")
    trees = [_tree(booster, info["tree_structure"]) for info in dump["tree_info"]]
    aggregate = "AVERAGE" if dump["average_output"] else "SUM"
    return add_trees(graph, trees, graph.cast(x, "double"), aggregate)


def _tree(booster, root: dict[str, Any]) -> Tree:
    """Number the nodes from the root on, a branch's children side by side."""
    nodes, children = [root], []
    for node in nodes:
        _check(booster, node)
        branches = "left_child" in node
        children.append((len(nodes), len(nodes) + 1) if branches else (-1, -1))
        nodes.extend([node["left_child"], node["right_child"]] if branches else [])
    left, right = np.array(children).T
    return Tree(
        feature=np.array([node.get("split_feature", 0) for node in nodes]),
        threshold=np.array([node.get("threshold", 0.0) for node in nodes]),
        nan_left=np.array([_nan_left(node) for node in nodes]),
        left=left,
        right=right,
        weight=np.array([node.get("leaf_value", 0.0) for node in nodes]),
    )


def _nan_left(node: dict[str, Any]) -> bool:
    # Where no NaN was seen in the fit, LightGBM takes it for 0.
    seen = node.get("missing_type") == "NaN"
    return node["default_left"] if seen else node.get("threshold", -1) >= 0


def _check(booster, node: dict[str, Any]) -> None:
    if node.get("decision_type", "<=") != "<=":
        raise unsupported(booster, "with a categorical feature")
    if node.get("missing_type") == "Zero":
        raise unsupported(booster, "with zero_as_missing")
    if "leaf_coeff" in node:
        raise unsupported(booster, "with linear trees")
