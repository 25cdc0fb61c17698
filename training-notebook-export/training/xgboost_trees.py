"""XGBoost's regression trees as ONNX nodes."""

import json
from typing import Any

import numpy as np

from training.category_splits import CategorySplit, add_splits, sizes
from training.errors import UserError
from training.graph import Graph
from training.tree import Tree
from training.trees import add_trees
from training.unsupported import unsupported

# Objectives that predict the sum of the leaves; others transform it.
OBJECTIVES = ("reg:squarederror", "reg:absoluteerror", "reg:pseudohubererror", "reg:quantileerror")


def add_xgboost(graph: Graph, model, x: str) -> str:
    """Add a fitted XGBRegressor: (N, k) → (N, 1), float. NaN is missing.

    Leaves are summed in float32, as XGBoost does. A category is a number from 0 on, as
    OrdinalEncoder gives it.

    Raises UserError for an objective that is not one of `OBJECTIVES`, another booster than gbtree,
    categories beyond 4096, several targets, another missing value than NaN, and a fit on sparse
    rows.
    """
    if graph.is_sparse:
        raise UserError(
            "XGBRegressor was fitted on a sparse matrix, whose zeros it takes as missing.",
            "Fit it again with ColumnTransformer(..., sparse_threshold=0).",
        )
    if not np.isnan(model.missing):
        raise unsupported(model, f"with missing={model.missing!r}")
    booster = model.get_booster()
    learner = json.loads(booster.save_raw("json"))["learner"]
    objective, kind = learner["objective"]["name"], learner["gradient_booster"]["name"]
    if objective not in OBJECTIVES:
        raise unsupported(model, f"with objective={objective!r}")
    if kind != "gbtree":
        raise unsupported(model, f"with booster={kind!r}")
    settings = learner["gradient_booster"]["model"]
    rounds = booster.num_boosted_rounds()
    # After early stopping, it predicts with the best of its rounds.
    stopped = getattr(model, "early_stopping_rounds", None) is not None
    used = model.best_iteration + 1 if stopped else rounds
    count = len(settings["trees"]) // rounds * used
    used_trees = settings["trees"][:count]
    splits = _category_splits(model, used_trees)
    x, columns = add_splits(graph, graph.cast(x, "float"), model.n_features_in_, splits.values())
    trees = [
        _tree(each, {node: columns[split] for (at, node), split in splits.items() if at == index})
        for index, each in enumerate(used_trees)
    ]
    start = np.ravel(json.loads(learner["learner_model_param"]["base_score"]))
    if len(start) != 1:
        raise unsupported(model, f"with {len(start)} targets")
    return add_trees(graph, trees, x, "SUM", start.item())


def _category_splits(model, trees: list[dict[str, Any]]) -> dict[tuple[int, int], CategorySplit]:
    """Return (tree, node) → split, of the nodes that send a set of categories to the right."""
    sets = {
        (index, node): (tree["split_indices"][node], set(tree["categories"][start : start + size]))
        for index, tree in enumerate(trees)
        for node, start, size in zip(
            tree.get("categories_nodes", []),
            tree.get("categories_segments", []),
            tree.get("categories_sizes", []),
            strict=True,
        )
    }
    count = sizes(model, sets.values())
    return {
        (index, node): CategorySplit(
            feature,
            tuple(int(each in right) for each in range(count[feature])),
            other=0,
            missing=1 - int(trees[index]["default_left"][node]),
        )
        for (index, node), (feature, right) in sets.items()
    }


def _tree(tree: dict[str, Any], columns: dict[int, int]) -> Tree:
    """Return a tree; `columns` maps its splits by category to their columns."""
    left = np.array(tree["left_children"])
    values = np.array(tree["split_conditions"], dtype=np.float32)
    feature = np.where(left < 0, 0, np.array(tree["split_indices"]))
    # XGBoost sends a row left if it is below the threshold; others also if it is equal.
    threshold = np.nextafter(values, np.float32(-np.inf))
    for node, column in columns.items():
        feature[node], threshold[node] = column, 0.5
    return Tree(
        feature=feature,
        threshold=threshold,
        nan_left=np.array(tree["default_left"], dtype=bool),
        left=left,
        right=np.array(tree["right_children"]),
        weight=values,
    )
