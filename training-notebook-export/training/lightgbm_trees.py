"""LightGBM's regression trees as ONNX graphs, with float64 features and thresholds."""

from typing import Any

import numpy as np
from onnx import ModelProto

from training.category_splits import CategorySplit, add_splits, sizes
from training.graph import Graph
from training.linear import PREDICT
from training.tree import Tree
from training.trees import add_trees
from training.unsupported import unsupported

# Objectives that predict the sum of the leaves; others transform it.
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

    A category is a number from 0 on, as OrdinalEncoder gives it; any other number goes where
    LightGBM sends a category that it does not know.

    Raises UserError for an objective that is not one of `OBJECTIVES`, for categories of pandas or
    beyond 4096, zeros treated as missing and linear trees.
    """
    booster = getattr(model, "booster_", model)
    dump = booster.dump_model()
    name, *options = (dump.get("objective") or "").split(" ")
    if name not in OBJECTIVES or "sqrt" in options:
        raise unsupported(booster, f"with objective {dump.get('objective')!r}")
    if dump.get("pandas_categorical"):
        raise unsupported(booster, "fitted on categories of pandas, instead of an OrdinalEncoder's")
    roots = [info["tree_structure"] for info in dump["tree_info"]]
    splits = _category_splits(booster, [node for root in roots for node in _branches(root)])
    width = dump["max_feature_idx"] + 1
    wide, columns = add_splits(graph, graph.cast(x, "double"), width, splits.values())
    by_node = {at: columns[split] for at, split in splits.items()}
    trees = [_tree(booster, root, by_node) for root in roots]
    aggregate = "AVERAGE" if dump["average_output"] else "SUM"
    return add_trees(graph, trees, wide, aggregate)


def _branches(root: dict[str, Any]) -> list[dict[str, Any]]:
    found, nodes = [], [root]
    for node in nodes:
        if "left_child" in node:
            found.append(node)
            nodes.extend([node["left_child"], node["right_child"]])
    return found


def _category_splits(booster, branches: list[dict[str, Any]]) -> dict[int, CategorySplit]:
    """Return id of a node → split, of the branches that send a set of categories to the left."""
    sets = {
        id(node): (node["split_feature"], {int(each) for each in node["threshold"].split("||")})
        for node in branches
        if node["decision_type"] == "=="
    }
    count = sizes(booster, sets.values())
    return {
        at: CategorySplit(
            feature, tuple(int(each not in left) for each in range(count[feature])), 1, 1
        )
        for at, (feature, left) in sets.items()
    }


def _tree(booster, root: dict[str, Any], columns: dict[int, int]) -> Tree:
    """Number the nodes from the root, with consecutive numbers for siblings.

    `columns` maps a node's split by category to its column of zeros and ones.
    """
    nodes, children = [root], []
    for node in nodes:
        _check(booster, node)
        branches = "left_child" in node
        children.append((len(nodes), len(nodes) + 1) if branches else (-1, -1))
        nodes.extend([node["left_child"], node["right_child"]] if branches else [])
    left, right = np.array(children).T
    return Tree(
        feature=np.array([columns.get(id(node), node.get("split_feature", 0)) for node in nodes]),
        threshold=np.array([0.5 if id(node) in columns else _threshold(node) for node in nodes]),
        nan_left=np.array([id(node) not in columns and _nan_left(node) for node in nodes]),
        left=left,
        right=right,
        weight=np.array([node.get("leaf_value", 0.0) for node in nodes]),
    )


def _threshold(node: dict[str, Any]) -> float:
    return node.get("threshold", 0.0)


def _nan_left(node: dict[str, Any]) -> bool:
    # If the training rows had no NaN, LightGBM treats NaN as 0.
    seen = node.get("missing_type") == "NaN"
    return node["default_left"] if seen else node.get("threshold", -1) >= 0


def _check(booster, node: dict[str, Any]) -> None:
    if node.get("decision_type", "<=") not in ("<=", "=="):
        raise unsupported(booster, f"with the decision {node['decision_type']}")
    if node.get("missing_type") == "Zero":
        raise unsupported(booster, "with zero_as_missing")
    if "leaf_coeff" in node:
        raise unsupported(booster, "with linear trees")
