"""TreeEnsembleRegressor nodes of random trees, as exporters write them and as they might."""

import numpy as np
from graphs import model, value
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

COLUMNS = 3


def forest(
    kind="float",
    modes=("BRANCH_LEQ",),
    depths=(4, 1, 0, 6, 3, 0, 5),
    nan_true=None,
    shuffled=False,
    x="x",
    y="y",
    seed=0,
    **attributes,
) -> NodeProto:
    """Return a node of trees of these depths.

    `nan_true` is the share of branches that send NaN to the true side; None leaves the attribute
    out. `shuffled` numbers the nodes of a tree at random and lists the targets at random.
    """
    random = np.random.default_rng(seed)
    nodes, targets = [], []
    for tree, depth in enumerate(depths):
        _grow(random, tree, len(nodes), depth, modes, nodes, targets)
    if shuffled:
        _shuffle(random, nodes, targets)
    trees, ids, features, names, values, true, false = zip(*nodes, strict=True)
    target_trees, target_ids, weights = zip(*targets, strict=True)
    if nan_true is not None:
        tracks = random.random(len(nodes)) < nan_true
        attributes["nodes_missing_value_tracks_true"] = tracks.astype(int).tolist()
    made = {
        "n_targets": 1,
        "nodes_treeids": trees,
        "nodes_nodeids": ids,
        "nodes_featureids": features,
        "nodes_modes": names,
        "nodes_truenodeids": true,
        "nodes_falsenodeids": false,
        "target_treeids": target_trees,
        "target_nodeids": target_ids,
        "target_ids": [0] * len(targets),
        **numbers("nodes_values", values, kind),
        **numbers("target_weights", weights, kind),
        **attributes,
    }
    given = {name: given for name, given in made.items() if given is not None}
    return helper.make_node("TreeEnsembleRegressor", [x], [y], domain="ai.onnx.ml", **given)


def complete_trees(count, depth) -> NodeProto:
    """Return a node of trees whose leaves are all at one depth, made quickly."""
    random = np.random.default_rng(0)
    branches, size = 2**depth - 1, 2 ** (depth + 1) - 1
    number = np.arange(size)
    leaf = np.flatnonzero(number >= branches)
    inner = number < branches
    return helper.make_node(
        *("TreeEnsembleRegressor", ["x"], ["y"]),
        domain="ai.onnx.ml",
        n_targets=1,
        nodes_treeids=np.repeat(np.arange(count), size).tolist(),
        nodes_nodeids=number.tolist() * count,
        nodes_featureids=random.integers(COLUMNS, size=count * size).tolist(),
        nodes_modes=np.where(inner, "BRANCH_LEQ", "LEAF").tolist() * count,
        nodes_values=random.normal(size=count * size).tolist(),
        nodes_hitrates=[1.0] * (count * size),
        nodes_truenodeids=np.where(inner, 2 * number + 1, 0).tolist() * count,
        nodes_falsenodeids=np.where(inner, 2 * number + 2, 0).tolist() * count,
        nodes_missing_value_tracks_true=[0] * (count * size),
        target_treeids=np.repeat(np.arange(count), len(leaf)).tolist(),
        target_nodeids=leaf.tolist() * count,
        target_ids=[0] * (count * len(leaf)),
        target_weights=random.normal(size=count * len(leaf)).tolist(),
    )


def numbers(name, values, kind) -> dict:
    """Return an attribute of floats, or of a tensor of doubles."""
    if kind == "float":
        return {name: np.float32(values).tolist()}
    return {f"{name}_as_tensor": numpy_helper.from_array(np.float64(values), name)}


def regression(*nodes, kind="float", outputs=("y",), **constants) -> ModelProto:
    """Return a model of these nodes with the input x."""
    element = TensorProto.FLOAT if kind == "float" else TensorProto.DOUBLE
    x = value("x", element, ["N", COLUMNS])
    return model(nodes, [x], [value(name) for name in outputs], constants)


def _grow(random, tree, first, depth, modes, nodes, targets) -> int:
    """Append a node and what is below it, one side as deep as told; return its number."""
    node = [tree, len(nodes) - first, 0, "LEAF", 0.0, 0, 0]
    nodes.append(node)
    if depth == 0:
        targets.append([tree, node[1], random.normal()])
    else:
        # Splits that floats do not hold, and that are met again.
        split = round(random.normal(), 1)
        node[2:5] = [random.integers(COLUMNS).item(), random.choice(modes).item(), split]
        sides = random.permutation([depth - 1, random.integers(depth)])
        node[5:] = [_grow(random, tree, first, side, modes, nodes, targets) for side in sides]
    return node[1]


def _shuffle(random, nodes, targets) -> None:
    """Number the nodes of each tree at random and list all but roots, which come first, so."""
    for tree in {node[0] for node in nodes}:
        own = [node for node in nodes if node[0] == tree]
        new = random.permutation(len(own)).tolist()
        for node in own:
            node[1] = new[node[1]]
            node[5:] = [0, 0] if node[3] == "LEAF" else [new[node[5]], new[node[6]]]
        for target in targets:
            target[1] = new[target[1]] if target[0] == tree else target[1]
        first = nodes.index(own[0])
        rest = [own[i] for i in 1 + random.permutation(len(own) - 1)]
        nodes[first : first + len(own)] = [own[0], *rest]
    random.shuffle(targets)
