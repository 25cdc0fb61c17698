"""What a regression graph takes and gives, read from the graph and checked once."""

from collections.abc import Iterable
from dataclasses import dataclass

from onnx import ModelProto, TensorProto, TensorShapeProto, ValueInfoProto

from training.errors import UserError

TYPES = {
    TensorProto.DOUBLE: "double",
    TensorProto.FLOAT: "float",
    TensorProto.FLOAT16: "float16",
    TensorProto.INT64: "int64",
    TensorProto.INT32: "int32",
    TensorProto.BOOL: "bool",
    TensorProto.STRING: "string",
}
FLOATING = ("float", "double", "float16")


@dataclass(frozen=True)
class Value:
    """An input or output. `shape` holds None for a size left open, and is None if not told."""

    name: str
    type: str
    shape: tuple[int | None, ...] | None

    @property
    def columns(self) -> int | None:
        """Size of the second dimension, 1 where there is none; None if left open."""
        return 1 if len(self.shape) == 1 else self.shape[1]

    def may_be(self, columns: int) -> bool:
        """Tell whether this may hold `columns` floating point numbers per row."""
        if self.type not in FLOATING:
            return False
        if self.shape is None:
            return True
        batch_is_open = len(self.shape) in (1, 2) and self.shape[0] in (None, 1)
        return batch_is_open and self.columns in (None, columns)

    def __str__(self) -> str:
        sizes = "?" if self.shape is None else ",".join(str(size or "N") for size in self.shape)
        return f"{self.name} {self.type}[{sizes}]"


@dataclass(frozen=True)
class Signature:
    """The inputs and outputs of a graph that predicts one number per row, or its quantiles."""

    inputs: tuple[Value, ...]
    outputs: tuple[Value, ...]

    @property
    def predictions(self) -> list[Value]:
        """Return the outputs that may be the prediction."""
        return [output for output in self.outputs if output.may_be(columns=1)]

    @property
    def prediction(self) -> Value:
        """Return the output that is the prediction where nothing names one.

        Raises UserError if several may be.
        """
        if len(self.predictions) != 1:
            raise UserError(
                f"The model has {len(self.predictions)} outputs that can be the prediction: "
                f"{_list(self.predictions)}.",
                "Name it with --prediction.",
            )
        return self.predictions[0]

    def output(self, name: str) -> Value:
        """Return the output of that name; UserError if it may be no prediction."""
        for output in self.predictions:
            if output.name == name:
                return output
        raise UserError(
            f"The model has no output {name} of one float or double per row, "
            f"only {_list(self.outputs)}.",
            "Correct the name that is given with --prediction.",
        )

    @property
    def one_tensor(self) -> bool:
        """True for one tensor of all features, false for one input per feature."""
        return _is_matrix(self.inputs)

    @property
    def row_by_row(self) -> bool:
        """True if the batch dimension is fixed to 1."""
        return any(value.shape[0] == 1 for value in self.inputs)

    def types(self, names: list[str]) -> dict[str, str]:
        """Return feature name → type; `names` are those of a one-tensor graph's columns."""
        if self.one_tensor:
            return dict.fromkeys(names, self.inputs[0].type)
        return {value.name: value.type for value in self.inputs}


def read_signature(model: ModelProto) -> Signature:
    """Return the signature of a regression graph.

    Raises UserError if its inputs are neither one [N, k] tensor of float or double nor one
    [N, 1] or [N] tensor per feature, or if no output holds one float or double per row.
    """
    constants = {tensor.name for tensor in model.graph.initializer}
    inputs = tuple(_value(info) for info in model.graph.input if info.name not in constants)
    outputs = tuple(_value(info) for info in model.graph.output)
    if not (_is_matrix(inputs) or _is_one_per_feature(inputs)):
        raise UserError(
            "A regression model takes one [N, k] tensor of float or double, or one [N, 1] or [N] "
            f"tensor per feature; this one takes {_list(inputs)}.",
            "Export it again with one of these inputs, the batch dimension N left open or 1.",
        )
    classifies = any(value.type not in FLOATING for value in outputs)
    if not any(_has_predictions(value, classifies) for value in outputs):
        raise UserError(
            "A regression model gives one float or double per row, as [N] or [N, 1]; "
            f"this one gives {_list(outputs)}.",
            "Export a regressor (of a classifier only a probability could be served).",
        )
    return Signature(inputs, outputs)


def _has_predictions(value: Value, classifies: bool) -> bool:
    """Tell whether this may hold the prediction, or quantiles and nothing else is there."""
    if value.may_be(columns=1):
        return True
    quantiles = value.type in FLOATING and value.shape is not None and len(value.shape) == 2
    return quantiles and not classifies and value.shape[0] in (None, 1)


def _is_matrix(inputs: tuple[Value, ...]) -> bool:
    if len(inputs) != 1 or inputs[0].type not in FLOATING:
        return False
    shape = inputs[0].shape
    return shape is not None and len(shape) == 2 and shape[0] in (None, 1) and shape[1] != 0


def _is_one_per_feature(inputs: tuple[Value, ...]) -> bool:
    return bool(inputs) and all(
        value.type in TYPES.values() and value.shape in ((None,), (1,), (None, 1), (1, 1))
        for value in inputs
    )


def _value(info: ValueInfoProto) -> Value:
    tensor = info.type.tensor_type
    if not info.type.HasField("tensor_type"):
        return Value(info.name, info.type.WhichOneof("value") or "untyped", None)
    kind = TYPES.get(tensor.elem_type, TensorProto.DataType.Name(tensor.elem_type).lower())
    if not tensor.HasField("shape"):
        return Value(info.name, kind, None)
    return Value(info.name, kind, tuple(_size(dimension) for dimension in tensor.shape.dim))


def _size(dimension: TensorShapeProto.Dimension) -> int | None:
    # Some exporters write -1 for a size they leave open.
    known = dimension.HasField("dim_value") and dimension.dim_value >= 0
    return dimension.dim_value if known else None


def _list(values: Iterable[Value]) -> str:
    return ", ".join(map(str, values)) or "nothing"
