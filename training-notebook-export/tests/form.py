"""The form of a graph: how its features and outputs are named, and the graph itself."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper

TYPES = {
    "float": TensorProto.FLOAT,
    "double": TensorProto.DOUBLE,
    "float16": TensorProto.FLOAT16,
    "int64": TensorProto.INT64,
    "int32": TensorProto.INT32,
    "bool": TensorProto.BOOL,
    "string": TensorProto.STRING,
    "uint8": TensorProto.UINT8,
    "int8": TensorProto.INT8,
    "uint32": TensorProto.UINT32,
}
TEXTS = ["a", "b", "é", ""]


@dataclass(frozen=True)
class Form:
    """A graph, how its features and outputs are named, and what is refused.

    `inputs` and `outputs` list tensors such as "num float[N,3]". Each column of an input, counted
    through all inputs, is cast to double (a text is its place in TEXTS) and weighted by a power of
    two. The prediction, and each column of another output, is the sum of them, plus the column. The
    sum goes through `operator` if there is one. `features`, `output`, `interval` and `levels` are
    the function's settings model.features and so on. `function` and `training` are in the message
    where it is refused, on either side.
    """

    name: str
    inputs: str
    outputs: str = "y float[N,1]"
    features: str | None = None
    output: str | None = None
    interval: str | None = None
    levels: str | None = None
    level: float | None = None
    operator: str | None = None
    function: str | None = None
    training: str | None = None


@dataclass(frozen=True)
class Place:
    """Place of a feature: the number of its input, its column in it, and its weight."""

    feature: str
    kind: str
    input: int
    column: int
    weight: float


def places(form: Form) -> list[Place]:
    """Return the places of the features, in the model's order."""
    inputs = [_tensor(text) for text in form.inputs.split("; ")]
    names = [name for name, _, _ in inputs]
    parts = [part.partition("=") for part in (form.features or "").split(";")]
    if parts[0][0] in names and (parts[0][1] or len(parts) > 1):
        named = [(each, name) for name, _, rest in parts for each in (rest or name).split(",")]
    elif form.features:
        named = [(each, each if len(names) > 1 else names[0]) for each in form.features.split(",")]
    else:
        named = [(name, name) for name in names]
    counts, found = dict.fromkeys(names, 0), []
    for feature, name in named:
        if name in names:
            index, column = names.index(name), counts[name]
            weight = _first_weight(form, inputs, index) * 2.0**column
            found.append(Place(feature, inputs[index][1], index, column, weight))
            counts[name] += 1
        else:
            found.append(Place(feature, "float", 0, 0, 0.0))
    return found


def build(form: Form) -> ModelProto:
    """Return the graph of a form."""
    nodes, constants = [], {"flat": np.int64([-1])}
    inputs = [_tensor(text) for text in form.inputs.split("; ")]
    outputs = [_tensor(text) for text in form.outputs.split("; ")]
    for index, (name, kind, _) in enumerate(inputs):
        columns = _columns(form, inputs, index)
        weights = _first_weight(form, inputs, index) * 2.0 ** np.arange(columns)
        constants[f"weights{index}"] = weights.reshape(columns, 1)
        constants[f"shape{index}"] = np.int64([-1, columns])
        nodes += [
            *_cast(name, kind, f"double{index}"),
            helper.make_node("Reshape", [f"double{index}", f"shape{index}"], [f"matrix{index}"]),
            helper.make_node("MatMul", [f"matrix{index}", f"weights{index}"], [f"sum{index}"]),
        ]
    sums = [f"sum{index}" for index in range(len(inputs))]
    nodes.append(helper.make_node("Sum", sums, ["sum"]))
    if form.operator:
        nodes[-1].output[0] = "before"
        nodes.append(helper.make_node(form.operator, ["before"], ["sum"]))
    for index, (name, kind, shape) in enumerate(outputs):
        wide = shape is not None and len(shape) == 2 and isinstance(shape[1], int)
        columns = shape[1] if wide and "!" not in form.outputs else 1
        constants[f"plus{index}"] = np.arange(columns, dtype=float).reshape(1, columns) + index
        nodes.append(helper.make_node("Add", ["sum", f"plus{index}"], [f"column{index}"]))
        if shape is not None and len(shape) == 1:
            nodes.append(helper.make_node("Reshape", [f"column{index}", "flat"], [f"flat{index}"]))
        place = nodes[-1].output[0]
        nodes.append(helper.make_node("Cast", [place], [name], to=TYPES[kind]))
    graph = helper.make_graph(
        nodes,
        "form",
        [helper.make_tensor_value_info(name, TYPES[kind], shape) for name, kind, shape in inputs],
        [helper.make_tensor_value_info(name, TYPES[kind], shape) for name, kind, shape in outputs],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    opsets = [helper.make_opsetid("", 13), helper.make_opsetid("ai.onnx.ml", 3)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def _first_weight(form: Form, inputs: Sequence, index: int) -> float:
    return 2.0 ** sum(_columns(form, inputs, before) for before in range(index))


def _tensor(text: str) -> tuple[str, str, list[int | str] | None]:
    name, kind, sizes = re.fullmatch(r"(.*) (\w+)\[(.*)\]!?", text).groups()
    if sizes == "?":
        return name, kind, None
    numbers = [size for size in sizes.split(",") if size]
    return name, kind, [int(size) if size.lstrip("-").isdigit() else size for size in numbers]


def _columns(form: Form, inputs: Sequence, index: int) -> int:
    """Return the number of features of an input."""
    shape = inputs[index][2]
    if len(shape) != 2 or not isinstance(shape[1], str):
        return int(np.prod([size for size in shape[1:] if size])) if shape else 1
    parts = [part for part in form.features.split(";") if part.startswith(f"{inputs[index][0]}=")]
    return len((parts or [form.features])[0].split(","))


def _cast(name: str, kind: str, output: str) -> list:
    if kind != "string":
        return [helper.make_node("Cast", [name], [output], to=TensorProto.DOUBLE)]
    label = helper.make_node(
        "LabelEncoder",
        [name],
        [f"{output}_place"],
        domain="ai.onnx.ml",
        keys_strings=TEXTS,
        values_int64s=range(len(TEXTS)),
        default_int64=len(TEXTS),
    )
    return [label, helper.make_node("Cast", [f"{output}_place"], [output], to=TensorProto.DOUBLE)]
