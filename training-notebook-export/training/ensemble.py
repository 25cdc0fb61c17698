"""Large ensembles of regression trees as ONNX nodes: TreeEnsemble of ai.onnx.ml 5, in parts.

While ONNX Runtime loads a model, it holds a node's attributes several times over, each integer in
8 bytes and each text in 32. TreeEnsemble has fewer of them than TreeEnsembleRegressor, which has
a text and seven numbers for every node, and parts are held one after the other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from onnx import numpy_helper

from training.graph import Graph

# Smaller ones take more kernels for a prediction, larger ones more memory while they are loaded.
PART = 100_000
MODES = ("BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ")
LEAF = 255
# How the parts are joined, and the trees of a part. An average is a sum, then divided.
AGGREGATES = {"SUM": ("Sum", 1), "AVERAGE": ("Sum", 1), "MIN": ("Min", 2), "MAX": ("Max", 3)}


@dataclass(frozen=True)
class Ensemble:
    """Trees as arrays of one element per node, the nodes of a tree side by side.

    `roots` holds the position of each tree's first node, its root. A branch, whose `mode` indexes
    `MODES`, sends a row to the node at position `true` if the value of its `feature` compares with
    `split`, or if that value is NaN and `nan_true`; else to the one at `false`. A leaf, whose mode
    is `LEAF`, gives `weight`; what else it holds does not count.
    """

    roots: np.ndarray
    mode: np.ndarray
    feature: np.ndarray
    split: np.ndarray
    nan_true: np.ndarray
    true: np.ndarray
    false: np.ndarray
    weight: np.ndarray

    @cached_property
    def leaf(self) -> np.ndarray:
        """True for a leaf, false for a branch."""
        return self.mode == LEAF

    def span(self, first: int, end: int) -> tuple[int, int]:
        """Return the first node of tree `first`, and the one after the last before tree `end`."""
        bounds = np.append(self.roots, len(self.mode))
        return bounds[first].item(), bounds[end].item()

    def trees(self, first: int, end: int) -> "Ensemble":
        """Return the trees from `first` to before `end`."""
        start, stop = self.span(first, end)
        return Ensemble(
            roots=self.roots[first:end] - start,
            mode=self.mode[start:stop],
            feature=self.feature[start:stop],
            split=self.split[start:stop],
            nan_true=self.nan_true[start:stop],
            true=self.true[start:stop] - start,
            false=self.false[start:stop] - start,
            weight=self.weight[start:stop],
        )

    def parts(self) -> Iterator[tuple[int, int]]:
        """Give the first tree and the one after the last of parts of about `PART` nodes."""
        number = self.roots // PART
        firsts = np.flatnonzero(np.diff(number, prepend=-1))
        yield from zip(firsts, np.append(firsts[1:], len(number)), strict=True)


def add_ensemble(
    graph: Graph, ensemble: Ensemble, x: str, aggregate: str, base: float = 0.0
) -> str:
    """Add an ensemble: (N, k) → (N, 1), float. It is computed in the type of `x`, float or double.

    `aggregate` is one of `AGGREGATES`; `base` is added to it.
    """
    kind = graph.type(x)
    operator, of_a_part = AGGREGATES[aggregate]
    parts = [
        graph.add(
            "TreeEnsemble",
            x,
            domain="ai.onnx.ml",
            n_targets=1,
            aggregate_function=of_a_part,
            **_attributes(ensemble.trees(first, end)),
        )
        for first, end in ensemble.parts()
    ]
    y = parts[0] if len(parts) == 1 else graph.add(operator, *parts)
    if aggregate == "AVERAGE":
        y = graph.add("Div", y, graph.constant([len(ensemble.roots)], kind))
    if base:
        y = graph.add("Add", y, graph.constant([base], kind))
    return graph.cast(y, "float")


def _attributes(trees: Ensemble) -> dict:
    """Return what tells branches and leaves, which are numbered each on their own.

    A tree that is a single leaf becomes a branch with this leaf on either side: twice, for ONNX
    Runtime takes a branch whose sides are the same leaf for the leaf of the branch's number.
    """
    leaf, branch = trees.leaf, ~trees.leaf
    number = np.where(leaf, np.cumsum(leaf), np.cumsum(branch)) - 1
    lone = trees.roots[leaf[trees.roots]]
    at_root = branch.sum() + np.arange(len(lone))
    twin = leaf.sum() + np.arange(len(lone))
    roots = number[trees.roots]
    roots[leaf[trees.roots]] = at_root

    def side(child: np.ndarray, at_lone: np.ndarray) -> tuple[list, list]:
        at = child[branch]
        return (
            np.append(number[at], at_lone).tolist(),
            np.append(leaf[at], np.ones(len(lone))).astype(int).tolist(),
        )

    def of_branches(values: np.ndarray, at_lone) -> np.ndarray:
        return np.append(values[branch], np.full(len(lone), at_lone)).astype(values.dtype)

    modes = of_branches(trees.mode, trees.mode[branch][0] if branch.any() else 0)
    weights = np.append(trees.weight[leaf], trees.weight[lone]).astype(trees.weight.dtype)
    true, true_is_leaf = side(trees.true, number[lone])
    false, false_is_leaf = side(trees.false, twin)
    missing = of_branches(trees.nan_true, False).astype(int).tolist()
    return {
        "tree_roots": roots.tolist(),
        "nodes_featureids": of_branches(trees.feature, 0).tolist(),
        "nodes_modes": numpy_helper.from_array(modes, "nodes_modes"),
        "nodes_splits": numpy_helper.from_array(of_branches(trees.split, 0), "nodes_splits"),
        "nodes_truenodeids": true,
        "nodes_trueleafs": true_is_leaf,
        "nodes_falsenodeids": false,
        "nodes_falseleafs": false_is_leaf,
        **({"nodes_missing_value_tracks_true": missing} if any(missing) else {}),
        "leaf_targetids": [0] * len(weights),
        "leaf_weights": numpy_helper.from_array(weights, "leaf_weights"),
    }
