"""HistGradientBoostingRegressor as ONNX nodes, with NaN and categories."""

from itertools import groupby

import numpy as np

from training.graph import Graph
from training.tree import Tree
from training.trees import add_trees
from training.unsupported import unsupported

WORD = 32
"""Categories in each word of a bitset."""

Split = tuple[int, tuple[float, ...]]
"""A feature, and for each of its categories, then for any other value, 0 for left or 1 for right.

Trees of ONNX compare numbers only, so such a split becomes a column of zeros and ones.
"""


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
    distinct = sorted({split for found in splits for split in found.values()})
    column = {split: len(order) + index for index, split in enumerate(distinct)}
    trees = [
        _tree(each, order, {at: column[split] for at, split in found.items()})
        for each, found in zip(predictors, splits, strict=True)
    ]
    blocks = [
        _looked_up(graph, x, feature, [values for _, values in group])
        for feature, group in groupby(distinct, key=lambda split: split[0])
    ]
    start = model._baseline_prediction.item()
    y = add_trees(graph, trees, graph.concat([x, *blocks]), "SUM", start)
    return _inverse_link(graph, model, y)


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


def _category_splits(predictor, order: np.ndarray, sizes: dict[int, int]) -> dict[int, Split]:
    """Return node → split, of a tree's nodes that split by category."""
    nodes, splits = predictor.nodes, {}
    for at in np.flatnonzero(nodes["is_categorical"] & ~nodes["is_leaf"] & 1):
        node = nodes[at]
        feature = order[node["feature_idx"]].item()
        codes = np.arange(sizes[feature])
        words = predictor.raw_left_cat_bitsets[node["bitset_idx"]][codes // WORD]
        left = [*(words >> (codes % WORD).astype(np.uint32) & 1), node["missing_go_to_left"]]
        splits[at.item()] = feature, tuple(1.0 - int(each) for each in left)
    return splits


def _looked_up(graph: Graph, x: str, feature: int, splits: list[tuple[float, ...]]) -> str:
    """Add the columns of zeros and ones of a feature: (N, k) → (N, number of splits)."""
    column, other = graph.column(x, feature), graph.constant([len(splits[0]) - 1])
    from_zero = graph.add("GreaterOrEqual", column, graph.constant([0]), kind="bool")
    known = graph.add("And", from_zero, graph.add("Less", column, other, kind="bool"), kind="bool")
    row = graph.cast(graph.add("Where", known, column, other, kind="double"), "int64")
    table = graph.constant(np.array(splits).T)
    return graph.add("Flatten", graph.add("Gather", table, row, axis=0), axis=1)


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


def _inverse_link(graph: Graph, model, y: str) -> str:
    link = type(model._loss.link).__name__
    if link == "IdentityLink":
        return y
    if link == "LogLink":
        return graph.add("Exp", graph.cast(y, "double"))
    raise unsupported(model, f"with a loss of {link}")
