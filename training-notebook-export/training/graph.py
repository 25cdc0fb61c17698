"""An ONNX graph under construction."""

import numpy as np
from onnx import ModelProto, checker, helper, numpy_helper

from training.signature import TYPES

# Every ONNX Runtime since 1.10 supports it; only large trees need newer operators.
OPSETS = {"": 13, "ai.onnx.ml": 3}
NEWER = {"TreeEnsemble": {"ai.onnx.ml": 5}}
IR_VERSION = 8

ELEMENTS = {kind: element for element, kind in TYPES.items()}


class Graph:
    """Inputs, nodes and constants, in the order in which they are added.

    A value is known by its name; that of a node or constant begins with a slash.
    Inputs come first, so that no other value gets the name of one. The type of a value is one of
    the card's: double, float, int64, … `is_sparse` notes that the estimators were fitted on sparse
    matrices, although all values of the graph are dense.
    """

    def __init__(self):
        self.is_sparse = False
        self._inputs, self._outputs, self._nodes, self._constants = [], [], [], []
        self._types: dict[str, str] = {}

    def input(self, name: str, kind: str, columns: int) -> str:
        """Add an input of shape (N, columns); return its name."""
        self._inputs.append(_tensor(name, kind, columns))
        self._types[name] = kind
        return name

    def add(self, operator: str, *inputs: str, kind: str | None = None, **attributes) -> str:
        """Add a node; return the name of its output.

        `kind` is the type of the output, by default that of the first input. The operator's domain
        is the standard one unless the attributes say `domain`.
        """
        [output] = self.add_many(operator, *inputs, outputs=1, kind=kind, **attributes)
        return output

    def add_many(
        self, operator: str, *inputs: str, outputs: int, kind: str | None = None, **attributes
    ) -> list[str]:
        """Add a node with several outputs of the same type; return their names."""
        name = self._unused(f"/{operator}_{len(self._nodes)}")
        names = [f"{name}_{index}" if index else name for index in range(outputs)]
        self._nodes.append(helper.make_node(operator, inputs, names, **attributes))
        self._types |= dict.fromkeys(names, kind or self._types[inputs[0]])
        return names

    def constant(self, values, kind: str = "double") -> str:
        """Add an array; return its name."""
        name = self._unused(f"/constant_{len(self._constants)}")
        element = helper.tensor_dtype_to_np_dtype(ELEMENTS[kind])
        self._constants.append(numpy_helper.from_array(np.asarray(values, dtype=element), name))
        self._types[name] = kind
        return name

    def _unused(self, name: str) -> str:
        """Return the name, with primes if a value has it."""
        while name in self._types:
            name += "'"
        return name

    def has(self, operator: str) -> bool:
        """Return whether there is a node of this operator."""
        return any(node.op_type == operator for node in self._nodes)

    def type(self, value: str) -> str:
        """Return the type of a value."""
        return self._types[value]

    def cast(self, value: str, kind: str) -> str:
        """Return the value cast to a type; unchanged if it has that type."""
        if self.type(value) == kind:
            return value
        return self.add("Cast", value, kind=kind, to=ELEMENTS[kind])

    def concat(self, values: list[str]) -> str:
        """Return values of shapes (N, a), (N, b), … concatenated; a single one unchanged."""
        return values[0] if len(values) == 1 else self.add("Concat", *values, axis=1)

    def column(self, x: str, index: int) -> str:
        """Return one column of x as (N, 1)."""
        return self.add("Gather", x, self.constant([index], "int64"), axis=1)

    def affine(self, x: str, weights, bias) -> str:
        """Return x · weights + bias in float64: (N, k) · (k, m) + (m,)."""
        x = self.cast(x, "double")
        return self.add("Gemm", x, self.constant(weights), self.constant(bias))

    def output(self, value: str, name: str, columns: int = 1) -> None:
        """Make the output of a node an output of the graph, of shape (N, columns)."""
        for node in self._nodes:
            node.input[:] = [name if each == value else each for each in node.input]
            node.output[:] = [name if each == value else each for each in node.output]
        self._outputs.append(_tensor(name, self._types.pop(value), columns))

    def model(self) -> ModelProto:
        """Return the checked model."""
        graph = helper.make_graph(
            self._nodes, "regression", self._inputs, self._outputs, self._constants
        )
        opsets = dict(OPSETS)
        for node in self._nodes:
            opsets |= NEWER.get(node.op_type, {})
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid(*opset) for opset in opsets.items()],
            ir_version=IR_VERSION,
            producer_name="onnx-function",
        )
        checker.check_model(model, full_check=True)
        return model


def _tensor(name: str, kind: str, columns: int):
    return helper.make_tensor_value_info(name, ELEMENTS[kind], ["N", columns])
