"""Graphs of every form that exporters write, and what becomes of each: served, or refused.

The tests of the function read forms.json, too, which this file is written into by

    PYTHONPATH=..:. ../target/venv/bin/python -m forms

What the function serves gets a card here, and what gets a card here it serves.
"""

import base64
import json
import re
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper

FILE = Path(__file__).with_name("forms.json")

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
FLOATS = ("float", "double", "float16")
TEXTS = ["a", "b", "é", ""]


@dataclass(frozen=True)
class Form:
    """A graph, how its features and outputs are named, and what is refused.

    `inputs` and `outputs` list tensors such as "num float[N,3]". Each column of an input, counted
    through all inputs, is cast to double (a text is its place in TEXTS) and weighted by a power of
    two. The prediction, and each column of another output, is the sum of them, plus the column.
    `features`, `output`, `interval` and `levels` are the function's settings model.features and so
    on. `function` and `training` are in the message where it is refused, on either side.
    """

    name: str
    inputs: str
    outputs: str = "y float[N,1]"
    features: str | None = None
    output: str | None = None
    interval: str | None = None
    levels: str | None = None
    level: float | None = None
    function: str | None = None
    training: str | None = None


def _each(inputs: str, **others) -> list[Form]:
    """Return a form for each element type, which replaces the word TYPE."""
    return [
        Form(inputs.replace("TYPE", kind), inputs.replace("TYPE", kind), **others)
        for kind in ("float", "double", "float16", "int64", "int32", "bool", "string")
    ]


NO_ROWS = "which is not [N], [N, 1] or [N, k] with N open or 1"
NOT_TAKEN = "A regression model takes inputs [N], [N, 1] or [N, k]"
ALTERED = "characters beyond U+FFFF, such as emoji, which ONNX Runtime for Java alters"
ALTERS = "a character beyond U+FFFF, such as emoji, which ONNX Runtime for Java alters"

FORMS = [
    # One input for all features.
    *_each("x TYPE[N,3]", features="a,b,c"),
    *_each("x TYPE[N]"),
    *_each("x TYPE[N,1]"),
    *_each("x TYPE[1,2]", features="a,b"),
    Form("open columns", "x float[N,K]", features="a,b,c"),
    Form("sizes of -1", "x float[-1,2]", features="a,b"),
    Form("one row of open columns", "x float[1,K]", features="a,b", outputs="y float[1,1]"),
    Form("one value", "x float[1]", outputs="y float[1]"),
    Form("one value, renamed", "x int64[N]", features="rooms"),
    Form(
        "two names for one column",
        "x float[N,1]",
        features="a,b",
        function="but 2 features",
        training="takes 1 columns and 2",
    ),
    Form(
        "too few names",
        "x float[N,3]",
        features="a,b",
        function="but 2 features",
        training="takes 3 columns and 2",
    ),
    Form("names with equal signs", "x float[N,2]", features="sex=m,sex=f"),
    Form("names of other scripts", "x float[N,2]", features="größe,特徴"),
    # One input for each feature.
    Form("inputs [N,1]", "a float[N,1]; b int64[N,1]; c string[N,1]; d bool[N,1]"),
    Form("inputs [N]", "a double[N]; b int32[N]; c string[N]; d float16[N]"),
    Form("both", "a double[N,1]; b int32[N]"),
    Form("in another order", "a double[N,1]; b int32[N]", features="b,a"),
    Form("one row each", "a float[1,1]; b string[1]", outputs="y float[1,1]"),
    Form(
        "an input without a feature",
        "a float[N,1]; b float[N,1]",
        features="a",
        function="for which no feature is named",
        training="no feature is named for the input b",
    ),
    Form(
        "a feature without an input",
        "a float[N,1]; b float[N,1]",
        features="a,c",
        function='has no input "c"',
        training="there is no input c",
    ),
    # Blocks.
    Form("a block and ids", "num float[N,3]; cat int64[N,2]", features="num=a,b,c;cat=d,e"),
    Form("ids first", "num float[N,3]; cat int64[N,2]", features="cat=d,e;num=a,b,c"),
    Form(
        "columns of a block apart",
        "num double[N,2]; cat string[N,2]",
        features="num=a;cat=c;num=b;cat=d",
    ),
    Form(
        "a block and single inputs",
        "num float[N,2]; sex string[N,1]; age int32[N]",
        features="num=a,b;sex;age=years",
    ),
    Form("blocks of open columns", "num float[N,K]; cat int64[N,M]", features="num=a,b,c;cat=d"),
    Form("blocks of one row", "num float[1,2]; cat int64[1,2]", features="num=a,b;cat=c,d"),
    Form(
        "blocks of every type",
        "f float[N,2]; d double[N,2]; h float16[N,2]; l int64[N,2]; "
        "i int32[N,2]; b bool[N,2]; s string[N,2]",
        features="f=f1,f2;d=d1,d2;h=h1,h2;l=l1,l2;i=i1,i2;b=b1,b2;s=s1,s2",
    ),
    Form(
        "a block too many",
        "num float[N,2]; cat int64[N,2]",
        features="num=a,b;cat=c,d;dog=e",
        function='has no input "dog"',
        training="'dog=e'",
    ),
    Form(
        "a block too few",
        "num float[N,2]; cat int64[N,2]",
        features="num=a,b",
        function="for which no feature is named",
        training="no feature is named for the input cat",
    ),
    Form(
        "a block with a column too few",
        "num float[N,2]; cat int64[N,2]",
        features="num=a;cat=c,d",
        function="but 1 features are named for it: [a]",
        training="num float[N,2] takes 2 columns and 1 are named: a",
    ),
    Form(
        "a name in two blocks",
        "num float[N,2]; cat int64[N,2]",
        features="num=a,b;cat=b,c",
        function="have the same name twice",
        training="The feature b is named twice",
    ),
    Form(
        "blocks without a word which",
        "num float[N,2]; cat int64[N,2]",
        features="a,b,c,d",
        function="does not say for which of them",
        training="does not say for which of them",
    ),
    # Inputs that no row can fill.
    Form(
        "unsigned",
        "x uint8[N,2]",
        features="a,b",
        function="of a type that rows cannot fill",
        training=NOT_TAKEN,
    ),
    Form("short", "x int8[N]", function="of a type that rows cannot fill", training=NOT_TAKEN),
    Form(
        "unsigned beside float",
        "x float[N,2]; z uint32[N]",
        features="x=a,b;z",
        function="of a type that rows cannot fill",
        training=NOT_TAKEN,
    ),
    Form("a picture", "x float[N,3,8]", features="a,b,c", function=NO_ROWS, training=NOT_TAKEN),
    Form("a fixed batch", "x float[4,3]", features="a,b,c", function=NO_ROWS, training=NOT_TAKEN),
    Form(
        "no columns", "x float[N,0]; z float[N]", features="z", function=NO_ROWS, training=NOT_TAKEN
    ),
    Form("a number", "x float[]", function=NO_ROWS, training=NOT_TAKEN),
    # Outputs.
    Form("an output [N]", "x float[N,2]", "y float[N]", features="a,b"),
    Form("an output [N] of double", "x float[N,2]", "y double[N]", features="a,b"),
    Form("an output of float16", "x float[N,2]", "y float16[N,1]", features="a,b"),
    Form("an output of open columns", "x float[N,2]", "y double[N,K]", features="a,b"),
    Form("an output without a shape", "x float[N,2]", "y double[?]", features="a,b"),
    Form("as skl2onnx declares PLSRegression", "x float[N,3]", "y float[N,3]!", features="a,b,c"),
    Form("an output of one row only in name", "x float[N,2]", "y float[1,1]!", features="a,b"),
    Form(
        "two outputs",
        "x float[N,2]",
        "y float[N,1]; z float[N,1]",
        features="a,b",
        function="has 2 outputs that can be the prediction",
        training="has 2 outputs [N] or [N, 1] that can be",
    ),
    Form(
        "two outputs, one named",
        "x float[N,2]",
        "y float[N,1]; z float[N,1]",
        features="a,b",
        output="z",
    ),
    Form(
        "a wrong name",
        "x float[N,2]",
        "y float[N,1]; z float[N,1]",
        features="a,b",
        output="q",
        function='has no output "q"',
        training="has no output q",
    ),
    Form("a label beside it", "x float[N,2]", "y float[N,1]; label int64[N]", features="a,b"),
    Form(
        "bounds in two outputs",
        "x float[N,2]",
        "y float[N,1]; lo float[N,1]; hi float[N]",
        features="a,b",
        interval="lo,hi",
        level=0.9,
    ),
    Form(
        "bounds in one output",
        "x float[N,2]",
        "y float[N,1]; both double[N,2]",
        features="a,b",
        interval="both",
        level=0.8,
    ),
    Form(
        "bounds that are not there",
        "x float[N,2]",
        "y float[N,1]",
        features="a,b",
        interval="lo,hi",
        level=0.9,
        function='the output "lo" as interval',
        training="has no output lo [N] or [N, 1]",
    ),
    Form("quantiles", "x float[N,2]", "q float[N,3]", features="a,b", levels="0.05,0.5,0.95"),
    Form(
        "quantiles of a block",
        "num float[N,2]; cat int64[N,2]",
        "q double[N,5]",
        features="num=a,b;cat=c,d",
        levels="0.05,0.25,0.5,0.75,0.95",
    ),
    Form(
        "quantiles beside another output",
        "x float[N,2]",
        "y float[N,1]; q float[N,3]",
        features="a,b",
        output="q",
        levels="0.1,0.5,0.9",
    ),
    Form(
        "quantiles without levels",
        "x float[N,2]",
        "q float[N,3]",
        features="a,b",
        function="predicts several numbers for each row",
        training="has no outputs [N] or [N, 1]",
    ),
    Form(
        "levels without a median",
        "x float[N,2]",
        "q float[N,2]",
        features="a,b",
        levels="0.1,0.9",
        function="0.5 among them",
        training="0.5 among them",
    ),
    Form(
        "too few levels",
        "x float[N,2]",
        "q float[N,4]",
        features="a,b",
        levels="0.1,0.5,0.9",
        function="has no outputs [N, 3]",
        training="has no outputs [N, 3]",
    ),
    Form(
        "only a label",
        "x float[N,2]",
        "label int64[N]",
        features="a,b",
        function="has no output of one float or double",
        training="A regression model gives one float or double",
    ),
    Form(
        "only a text",
        "x float[N,2]",
        "label string[N]",
        features="a,b",
        function="has no output of one float or double",
        training="A regression model gives one float or double",
    ),
    # Names.
    Form("an input with emoji", "🏠 float[N,1]", function=ALTERED, training=ALTERS),
    Form(
        "an input that ends with emoji",
        "size🏠 float[N,2]",
        features="a,b",
        function=ALTERED,
        training=ALTERS,
    ),
    Form(
        "an output with emoji", "x float[N,1]", "🏠 float[N,1]", function=ALTERED, training=ALTERS
    ),
    Form("a feature with emoji", "x float[N,2]", features="🏠,b"),
    Form("an input that ends with ð", "stað float[N,1]; größe double[N]"),
    Form("blanks and quotes", "living area float[N,1]; it's double[N]"),
]


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


def packed(content: bytes) -> str:
    """Return bytes as text: compressed by zlib, in base64."""
    return base64.b64encode(zlib.compress(content, 9)).decode()


if __name__ == "__main__":
    from test_forms import describe

    text = json.dumps([describe(form) for form in FORMS], indent=1, ensure_ascii=False)
    FILE.write_text(text + "\n", encoding="utf-8")
    sys.exit(0)
