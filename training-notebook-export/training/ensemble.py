"""Large ensembles of regression trees as ONNX nodes: TreeEnsemble of ai.onnx.ml 5, in parts.

While ONNX Runtime loads a model, it holds a node's attributes several times over, each integer in
8 bytes and each text in 32. TreeEnsemble has fewer of them than TreeEnsembleRegressor, which has
a text and seven numbers for every node, and parts are held one after the other.
"""

from itertools import groupby

import numpy as np
from onnx import numpy_helper

from training.graph import Graph
from training.tree import Tree, joined

# Smaller parts need more kernels per prediction, larger parts more memory while they load.
PART = 100_000
BRANCH_LEQ, SUM = 0, 1


def add_ensemble(graph: Graph, trees: list[Tree], x: str, aggregate: str, start: float) -> str:
    """Add an ensemble: (N, k) → (N, 1), float. It is computed in the type of `x`, float or double.

    `aggregate` is "SUM" or "AVERAGE", `start` is added to it.
    """
    kind = graph.type(x)
    sums = [
        graph.add(
            "TreeEnsemble",
            x,
            domain="ai.onnx.ml",
            n_targets=1,
            aggregate_function=SUM,
            **_attributes(part, np.float32 if kind == "float" else np.float64),
        )
        for part in _parts(trees)
    ]
    y = sums[0] if len(sums) == 1 else graph.add("Sum", *sums)
    if aggregate == "AVERAGE":
        y = graph.add("Div", y, graph.constant([len(trees)], kind))
    if start:
        y = graph.add("Add", y, graph.constant([start], kind))
    return graph.cast(y, "float")


def _parts(trees: list[Tree]) -> list[list[Tree]]:
    """Return the trees in groups of about `PART` nodes each."""
    before = np.cumsum([0, *(len(tree.leaf) for tree in trees[:-1])])
    numbered = zip(before // PART, trees, strict=True)
    return [[tree for _, tree in group] for _, group in groupby(numbered, lambda each: each[0])]


def _attributes(trees: list[Tree], number: type) -> dict:
    """Return the attributes of branches and leaves, which are numbered separately.

    A tree that is a single leaf becomes a branch with two copies of this leaf, because ONNX Runtime
    confuses a branch whose sides are the same leaf with the leaf that has the branch's number.
    """
    sizes = [len(tree.leaf) for tree in trees]
    roots = np.cumsum([0, *sizes[:-1]])
    first = np.repeat(roots, sizes)
    leaf = joined(trees, "leaf")
    branch, weight = ~leaf, joined(trees, "weight").astype(number)
    own = np.where(leaf, np.cumsum(leaf), np.cumsum(branch)) - 1
    lone = roots[leaf[roots]]
    tree_roots = own[roots]
    tree_roots[leaf[roots]] = branch.sum() + np.arange(len(lone))

    def side(name: str, of_lone: np.ndarray) -> tuple[list, list]:
        child = (first + joined(trees, name))[branch]
        return (
            np.append(own[child], of_lone).tolist(),
            np.append(leaf[child], np.ones(len(lone))).astype(int).tolist(),
        )

    def of_branches(values: np.ndarray) -> np.ndarray:
        return np.append(values[branch], np.zeros(len(lone))).astype(values.dtype)

    true, true_is_leaf = side("left", own[lone])
    false, false_is_leaf = side("right", leaf.sum() + np.arange(len(lone)))
    missing = of_branches(joined(trees, "nan_left")).astype(int).tolist()
    splits = of_branches(joined(trees, "threshold").astype(number))
    modes = np.full(len(missing), BRANCH_LEQ, np.uint8)
    weights = np.append(weight[leaf], weight[lone])
    return {
        "tree_roots": tree_roots.tolist(),
        "nodes_featureids": of_branches(joined(trees, "feature")).tolist(),
        "nodes_modes": numpy_helper.from_array(modes, "nodes_modes"),
        "nodes_splits": numpy_helper.from_array(splits, "nodes_splits"),
        "nodes_truenodeids": true,
        "nodes_trueleafs": true_is_leaf,
        "nodes_falsenodeids": false,
        "nodes_falseleafs": false_is_leaf,
        **({"nodes_missing_value_tracks_true": missing} if any(missing) else {}),
        "leaf_targetids": [0] * len(weights),
        "leaf_weights": numpy_helper.from_array(weights, "leaf_weights"),
    }
