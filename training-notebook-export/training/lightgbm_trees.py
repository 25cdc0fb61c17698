"""LightGBM's regression trees as ONNX graphs, with float64 features and thresholds."""

from typing import Any

import numpy as np
from onnx import ModelProto

from training.graph import Graph
from training.linear import PREDICT
from training.trees import Tree, add_trees
from training.unsupported import unsupported

# Those that predict the sum of the leaves; others transform it.
OBJECTIVES = ("regression", "regression_l1", "huber", "fair", "quantile", "mape")


def lightgbm_graph(booster) -> ModelProto:
    """Return the graph of a `lightgbm.Booster` fitted on numbers, NaN perhaps among them.

    Input `features` (N, k) double, output `predict` (N, 1) float: the leaves are summed in float64
    and the sum is rounded, to a relative error of at most 2⁻²⁴.

    Raises UserError for an objective that is not one of `OBJECTIVES`, a categorical feature, zeros
    treated as missing and linear trees.
    """
    model = booster.dump_model()
    if model.get("objective") not in OBJECTIVES:
        raise unsupported(booster, f"with objective {model.get('objective')!r}")
    trees = [_tree(booster, info["tree_structure"]) for info in model["tree_info"]]
    graph = Graph()
    features = graph.input("features", "double", model["max_feature_idx"] + 1)
    aggregate = "AVERAGE" if model["average_output"] else "SUM"
    graph.output(add_trees(graph, trees, features, aggregate), PREDICT)
    return graph.model()


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
