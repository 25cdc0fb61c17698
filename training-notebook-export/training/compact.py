"""Rewrites the tree ensembles of a model so that ONNX Runtime loads it in less memory."""

from collections.abc import Iterator
from pathlib import Path

from onnx import GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto, defs, helper

from training.annotate import check_weights
from training.card import load_model
from training.compare import check_predictions
from training.ensemble import add_ensemble
from training.errors import UserError
from training.files import replace_files
from training.graph import Graph
from training.regressor import DOMAIN, OPERATOR, read_regressor
from training.runtime import check_loads, output_types
from training.signature import FLOATING, TYPES

OPSET = 5


def compact(source: Path, output: Path) -> None:
    """Write the model `source` to `output` (which may be the same), its tree ensembles rewritten.

    Each TreeEnsembleRegressor becomes TreeEnsemble nodes and what joins them; all else stays. For
    rows beside splits, every part must predict to the last bit what its trees predicted, and the
    whole what follows from it, up to the rounding of sums.

    Raises UserError, and writes nothing, if there is no such node, for nodes that cannot be
    rewritten or do not go with the newer ones, and if predictions differ.
    """
    model = load_model(source)
    check_weights(model, source, output)
    _check_operators(source, model)
    types, prefix = _types(model, source.parent), _unused_prefix(model.graph)
    nodes = []
    for node in model.graph.node:
        if _is_regressor(node):
            graph = _rewritten(node, types, f"{prefix}{len(nodes)}")
            nodes.extend(graph.node)
            model.graph.initializer.extend(graph.initializer)
        else:
            nodes.append(node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    _domain(model).version = OPSET
    content = model.SerializeToString(deterministic=True)
    check_loads(content, output.parent)
    replace_files(output.parent, {output.name: content})


def _is_regressor(node: NodeProto) -> bool:
    return (node.domain, node.op_type) == (DOMAIN, OPERATOR)


def _domain(model: ModelProto):
    return next(opset for opset in model.opset_import if opset.domain == DOMAIN)


def _check_operators(source: Path, model: ModelProto) -> None:
    """Make sure that there is something to rewrite, and that the rest goes with newer nodes."""
    if not any(map(_is_regressor, model.graph.node)):
        raise UserError(f"The model {source} has no {OPERATOR}.", "Serve it as it is.")
    version = _domain(model).version
    others = [node for node in model.graph.node if not _is_regressor(node)]
    inner = (inner for node in others for inner in _inner_nodes(node))
    for node in (*others, *inner):
        if node.domain == DOMAIN and not _is_same(node.op_type, version):
            raise UserError(
                f"Beside a {OPERATOR}, the model {source} has a {node.op_type} that the newer "
                "operators do not go with.",
                "Serve it as it is, or export the regressor on its own.",
            )


def _inner_nodes(node: NodeProto) -> Iterator[NodeProto]:
    for attribute in node.attribute:
        for graph in (attribute.g, *attribute.graphs):
            for inner in graph.node:
                yield inner
                yield from _inner_nodes(inner)


def _is_same(operator: str, version: int) -> bool:
    """Tell whether an operator of a version of the domain is what it is in version `OPSET`."""
    before, now = (defs.get_schema(operator, each, DOMAIN) for each in (version, OPSET))
    # Since version 2 it has got further attributes, and nothing else.
    grown = operator == "LabelEncoder" and before.since_version >= 2
    return grown or before.since_version == now.since_version


def _types(model: ModelProto, folder: Path) -> dict[str, str]:
    """Return the type of each input of the nodes to rewrite."""
    inputs = [node.input[0] for node in model.graph.node if _is_regressor(node)]
    types = {
        value.name: TYPES.get(value.type.tensor_type.elem_type, "another type")
        for value in model.graph.input
    }
    computed = sorted(set(inputs) - types.keys())
    # All others than those nodes, which give floats.
    skeleton = ModelProto(ir_version=model.ir_version, opset_import=model.opset_import)
    skeleton.functions.extend(model.functions)
    skeleton.graph.name = "skeleton"
    skeleton.graph.input.extend(model.graph.input)
    skeleton.graph.initializer.extend(model.graph.initializer)
    for node in model.graph.node:
        if _is_regressor(node):
            node = helper.make_node("Cast", node.input, node.output, to=TensorProto.FLOAT)
        skeleton.graph.node.append(node)
    skeleton.graph.output.extend(ValueInfoProto(name=name) for name in computed)
    if computed:
        types |= output_types(skeleton.SerializeToString(), folder)
    return {name: types[name] for name in inputs}


def _unused_prefix(graph: GraphProto) -> str:
    names = {name for node in graph.node for name in node.output}
    names |= {value.name for value in (*graph.input, *graph.initializer)}
    prefix = "/trees"
    while any(name.startswith(prefix) for name in names):
        prefix += "_"
    return prefix


def _rewritten(node: NodeProto, types: dict[str, str], prefix: str) -> GraphProto:
    """Return a graph with the input and the output of the node that predicts what the node does."""
    x, y = node.input[0], node.output[0]
    kind = types[x]
    if kind not in FLOATING:
        raise UserError(f"The {OPERATOR} that gives {y} takes {kind}.", "Put a Cast before it.")
    regressor = read_regressor(node, kind)
    graph = Graph(prefix)
    graph.input(x, kind, regressor.columns)
    trees = add_ensemble(graph, regressor.ensemble, x, regressor.aggregate, regressor.base)
    graph.output(trees, y)
    model = graph.model()
    check_predictions(regressor, model)
    return model.graph
