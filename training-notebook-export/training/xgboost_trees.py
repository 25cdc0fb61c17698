"""XGBoost's regression trees as ONNX nodes."""

import json
from typing import Any

import numpy as np

from training.graph import Graph
from training.tree import Tree
from training.trees import add_trees
from training.unsupported import unsupported

# Those that predict the sum of the leaves; others transform it.
OBJECTIVES = ("reg:squarederror", "reg:absoluteerror", "reg:pseudohubererror", "reg:quantileerror")


def add_xgboost(graph: Graph, model, x: str) -> str:
    """Add a fitted XGBRegressor: (N, k) → (N, 1), float. NaN is missing.

    Leaves are summed in float32, as XGBoost does.

    Raises UserError for an objective that is not one of `OBJECTIVES`, another booster than gbtree,
    categories, several targets, and another missing value than NaN.
    """
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
    # Where it stopped early, it predicts with the best of its rounds.
    stopped = getattr(model, "early_stopping_rounds", None) is not None
    used = model.best_iteration + 1 if stopped else rounds
    count = len(settings["trees"]) // rounds * used
    trees = [_tree(model, each) for each in settings["trees"][:count]]
    start = np.ravel(json.loads(learner["learner_model_param"]["base_score"]))
    if len(start) != 1:
        raise unsupported(model, f"with {len(start)} targets")
    return add_trees(graph, trees, graph.cast(x, "float"), "SUM", start.item())


def _tree(model, tree: dict[str, Any]) -> Tree:
    if any(tree["split_type"]):
        raise unsupported(model, "with a categorical feature")
    left = np.array(tree["left_children"])
    values = np.array(tree["split_conditions"], dtype=np.float32)
    return Tree(
        feature=np.where(left < 0, 0, np.array(tree["split_indices"])),
        # A row goes to the left below the threshold; others do at most at it.
        threshold=np.nextafter(values, np.float32(-np.inf)),
        nan_left=np.array(tree["default_left"], dtype=bool),
        left=left,
        right=np.array(tree["right_children"]),
        weight=values,
    )
