"""HistGradientBoostingRegressor as ONNX nodes, with NaN and categories."""

import numpy as np

from training.category_splits import CategorySplit, add_splits
from training.graph import Graph
from training.linear import add_inverse_link
from training.tree import Tree
from training.trees import add_trees
from training.unsupported import unsupported

WORD = 32
"""Categories in each word of a bitset."""


def add_hist(graph: Graph, model, x: str) -> str:
    """Add a fitted HistGradientBoostingRegressor: (N, k) → (N, 1), float.

    Features are compared and leaves summed in float64, and the sum is rounded, to a relative error
    of at most 2⁻²⁴. A category is a number from 0 on, as OrdinalEncoder gives it; any other number
    counts as missing.

    Raises UserError for categories that are other numbers and for unknown losses.
    """
    x = graph.cast(x, "double")
    order, sizes = _order(model), _sizes(model)
    predictors = [each for [each] in model._predictors]
    splits = [_category_splits(each, order, sizes) for each in predictors]
    every = [split for found in splits for split in found.values()]
    wide, column = add_splits(graph, x, len(order), every)
    trees = [
        _tree(each, order, {at: column[split] for at, split in found.items()})
        for each, found in zip(predictors, splits, strict=True)
    ]
    start = model._baseline_prediction.item()
    y = add_trees(graph, trees, wide, "SUM", start)
    return add_inverse_link(graph, model, model._loss.link, y)


def _order(model) -> np.ndarray:
    """Return the model's column for each of scikit-learn's own, which has the categories first."""
    flags = model.is_categorical_
    if flags is None:
        return np.arange(model.n_features_in_)
    return np.concatenate([np.flatnonzero(flags), np.flatnonzero(~flags)])


def _sizes(model) -> dict[int, int]:
    """Return column → number of categories, of the columns that hold categories."""
    if model.is_categorical_ is None:
        return {}
    encoder = model._preprocessor.named_transformers_["encoder"]
    sizes = {}
    for column, values in zip(
        np.flatnonzero(model.is_categorical_), encoder.categories_, strict=True
    ):
        known = values[values == values]  # NaN counts as missing.
        if not np.array_equal(known, np.arange(len(known))):
            raise unsupported(model, "with categories that are not the numbers 0, 1, 2, …")
        sizes[column.item()] = len(known)
    return sizes


def _category_splits(
    predictor, order: np.ndarray, sizes: dict[int, int]
) -> dict[int, CategorySplit]:
    """Return node → split, of a tree's nodes that split by category."""
    nodes, splits = predictor.nodes, {}
    for at in np.flatnonzero(nodes["is_categorical"] & ~nodes["is_leaf"] & 1):
        node = nodes[at]
        feature = order[node["feature_idx"]].item()
        codes = np.arange(sizes[feature])
        words = predictor.raw_left_cat_bitsets[node["bitset_idx"]][codes // WORD]
        left = words >> (codes % WORD).astype(np.uint32) & 1
        missing = 1 - int(node["missing_go_to_left"])
        right = tuple(1 - int(each) for each in left)
        splits[at.item()] = CategorySplit(feature, right, missing, missing)
    return splits


def _tree(predictor, order: np.ndarray, columns: dict[int, int]) -> Tree:
    nodes = predictor.nodes
    leaf = nodes["is_leaf"].astype(bool)
    feature = order[np.where(leaf, 0, nodes["feature_idx"])]
    threshold = nodes["num_threshold"].copy()
    for at, column in columns.items():
        feature[at], threshold[at] = column, 0.5
    return Tree(
        feature=feature,
        threshold=np.where(leaf, 0, threshold),
        nan_left=nodes["missing_go_to_left"].astype(bool),
        left=np.where(leaf, -1, nodes["left"].astype(int)),
        right=np.where(leaf, -1, nodes["right"].astype(int)),
        weight=nodes["value"],
    )
