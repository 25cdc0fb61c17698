"""Reads TreeEnsembleRegressor nodes of ai.onnx.ml 1 to 3, whoever exported them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from onnx import AttributeProto, NodeProto, helper, numpy_helper

from training.ensemble import AGGREGATES, LEAF, MODES, Ensemble
from training.errors import UserError

DOMAIN = "ai.onnx.ml"
OPERATOR = "TreeEnsembleRegressor"
CODES = {mode.encode(): code for code, mode in enumerate(MODES)} | {b"LEAF": LEAF}
NUMPY_TYPES = {"float": np.float32, "double": np.float64}


@dataclass(frozen=True)
class Regressor:
    """A node, the ensemble in it, and the position of the tree node that each target is of."""

    node: NodeProto
    kind: str
    ensemble: Ensemble
    aggregate: str
    base: float
    targets: np.ndarray

    @property
    def columns(self) -> int:
        """How many columns the input must have at least."""
        return self.ensemble.feature.max().item() + 1

    @property
    def of_a_part(self) -> str:
        """How the trees of a part are joined."""
        return "SUM" if self.aggregate == "AVERAGE" else self.aggregate

    def trees(self, first: int, end: int) -> NodeProto:
        """Return a node x → y like this one, of the trees from `first` to before `end`."""
        start, stop = self.ensemble.span(first, end)
        targets = np.flatnonzero((start <= self.targets) & (self.targets < stop)).tolist()
        part = helper.make_node(
            *(OPERATOR, ["x"], ["y"]),
            domain=DOMAIN,
            n_targets=1,
            aggregate_function=self.of_a_part,
        )
        for attribute in self.node.attribute:
            if attribute.name.startswith("nodes_"):
                part.attribute.append(_chosen(attribute, range(start, stop)))
            if attribute.name.startswith("target_"):
                part.attribute.append(_chosen(attribute, targets))
        return part


def read_regressor(node: NodeProto, kind: str) -> Regressor:
    """Read a node whose input is of type `kind`, float or double.

    Raises UserError for several targets, a transform of the sum, leaves with more or less than one
    weight, and what no trees are.
    """
    attributes = {attribute.name: attribute for attribute in node.attribute}
    targets = attributes["n_targets"].i if "n_targets" in attributes else 0
    transform = _text(attributes, "post_transform", "NONE")
    aggregate = _text(attributes, "aggregate_function", "SUM")
    _expect(node, targets == 1, f"{targets} targets")
    _expect(node, transform == "NONE", f"post_transform {transform}")
    _expect(node, aggregate in AGGREGATES, f"aggregate_function {aggregate}")
    try:
        ensemble, positions = _read_trees(node, attributes, NUMPY_TYPES[kind])
    except (KeyError, ValueError, IndexError, OverflowError) as error:
        raise _refused(node, f"attributes that are missing or do not fit ({error})") from error
    base = _numbers(attributes, "base_values", NUMPY_TYPES[kind])
    _expect(node, len(base) < 2, f"{len(base)} base values")
    return Regressor(node, kind, ensemble, aggregate, base.sum().item(), positions)


def _read_trees(node: NodeProto, attributes: dict, number: type) -> tuple[Ensemble, np.ndarray]:
    tree = _integers(attributes, "nodes_treeids")
    roots = np.flatnonzero(np.diff(tree, prepend=tree[0] - 1))
    _expect(node, len(np.unique(tree)) == len(roots), "nodes of a tree apart from the others")
    mode = np.fromiter((CODES[text] for text in attributes["nodes_modes"].strings), np.uint8)
    leaf, branch = mode == LEAF, mode != LEAF
    find = _Finder(tree, _integers(attributes, "nodes_nodeids"))
    children = {}
    for side in ("true", "false"):
        ids = _integers(attributes, f"nodes_{side}nodeids")
        children[side] = np.zeros(len(mode), np.int32)
        children[side][branch] = find(tree[branch], ids[branch])
    _check_shape(node, roots, children["true"][branch], children["false"][branch], len(mode))
    targets = find(_integers(attributes, "target_treeids"), _integers(attributes, "target_nodeids"))
    weights = _numbers(attributes, "target_weights", number)
    # Some exporters have given branches a weight too, which does not count.
    counts = leaf[targets]
    once = np.bincount(targets[counts], minlength=len(mode))[leaf] == 1
    _expect(node, once.all(), f"{np.sum(~once)} leaves with no weight or with several")
    weight = np.zeros(len(mode), number)
    weight[targets[counts]] = weights[counts]
    feature = _integers(attributes, "nodes_featureids").astype(np.int32)
    split = _numbers(attributes, "nodes_values", number)
    lengths = {len(mode), len(feature), len(split)}
    _expect(node, len(lengths) == 1, f"values for {sorted(lengths)} nodes")
    ensemble = Ensemble(
        roots=roots,
        mode=mode,
        feature=feature,
        split=split,
        nan_true=_nan_true(attributes, len(mode)),
        **children,
        weight=weight,
    )
    return ensemble, targets


def _check_shape(
    node: NodeProto, roots: np.ndarray, true: np.ndarray, false: np.ndarray, count: int
) -> None:
    above = np.bincount(true, minlength=count) + np.bincount(false, minlength=count)
    expected = np.ones(count, int)
    expected[roots] = 0
    wrong = np.sum(above != expected)
    _expect(node, wrong == 0, f"{wrong} nodes that are not below one other, or roots that are")


class _Finder:
    """Finds the positions of nodes by the id of the tree and the id of the node in it."""

    def __init__(self, trees: np.ndarray, nodes: np.ndarray):
        self._stride = nodes.max() + 1
        keys = trees * self._stride + nodes
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]

    def __call__(self, trees: np.ndarray, nodes: np.ndarray) -> np.ndarray:
        wanted = trees * self._stride + nodes
        at = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        unknown = (self._keys[at] != wanted) | (nodes < 0) | (nodes >= self._stride)
        if unknown.any():
            raise ValueError(f"no node {nodes[unknown][0]} in tree {trees[unknown][0]}")
        return self._order[at].astype(np.int32)


def _nan_true(attributes: dict, count: int) -> np.ndarray:
    result = np.zeros(count, bool)
    if "nodes_missing_value_tracks_true" in attributes:
        told = _integers(attributes, "nodes_missing_value_tracks_true")
        result[: len(told)] = told == 1
    return result


def _integers(attributes: dict, name: str) -> np.ndarray:
    return np.fromiter(attributes[name].ints, np.int64)


def _numbers(attributes: dict, name: str, number: type) -> np.ndarray:
    """Return floats, or a tensor, in the type that the node computes in; nothing if not there."""
    tensor = f"{name}_as_tensor"
    if tensor not in attributes:
        return np.fromiter(attributes[name].floats if name in attributes else (), number)
    values = numpy_helper.to_array(attributes[tensor].t)
    if values.dtype != number:
        raise ValueError(f"{tensor} is of {values.dtype}, the input of {np.dtype(number)}")
    return values


def _chosen(attribute: AttributeProto, indices: Sequence[int]) -> AttributeProto:
    """Return an attribute of some of the elements."""
    chosen = AttributeProto(name=attribute.name, type=attribute.type)
    if attribute.type == AttributeProto.TENSOR:
        values = numpy_helper.to_array(attribute.t)[list(indices)]
        chosen.t.CopyFrom(numpy_helper.from_array(values, attribute.t.name))
    for field in ("ints", "floats", "strings"):
        values = getattr(attribute, field)
        getattr(chosen, field).extend([values[i] for i in indices if i < len(values)])
    return chosen


def _text(attributes: dict, name: str, default: str) -> str:
    return attributes[name].s.decode() if name in attributes else default


def _expect(node: NodeProto, holds: bool, found: str) -> None:
    if not holds:
        raise _refused(node, found)


def _refused(node: NodeProto, found: str) -> UserError:
    return UserError(
        f"The {OPERATOR} that gives {node.output[0]} has {found}.",
        "Serve the model as it is, or export it again: with one target, without a transform.",
    )
