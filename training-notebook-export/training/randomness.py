"""Finds the operators that draw random numbers, with which the function serves no model."""

from collections.abc import Iterable, Iterator

from onnx import ModelProto, NodeProto

OPERATORS = {
    "Bernoulli",
    "Multinomial",
    "RandomNormal",
    "RandomNormalLike",
    "RandomUniform",
    "RandomUniformLike",
    "Sampling",
}
TRAINING_MODE = 2
"""Of the inputs of the operators Dropout, which otherwise change nothing."""


def random_operators(model: ModelProto) -> list[str]:
    """Return the names of these operators, also in subgraphs and functions, sorted."""
    nodes = [*model.graph.node, *(node for each in model.functions for node in each.node)]
    return sorted({node.op_type for node in _all(nodes) if _is_random(node)})


def _all(nodes: Iterable[NodeProto]) -> Iterator[NodeProto]:
    for node in nodes:
        yield node
        for attribute in node.attribute:
            for graph in [attribute.g, *attribute.graphs]:
                yield from _all(graph.node)


def _is_random(node: NodeProto) -> bool:
    trains = node.op_type.endswith("Dropout") and any(node.input[TRAINING_MODE:])
    return trains or node.op_type in OPERATORS
