"""Inputs and outputs of a regression graph, read from the graph and checked once."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
from onnx import ModelProto, TensorProto, TensorShapeProto, ValueInfoProto

from training.errors import UserError
from training.randomness import random_operators
from training.runtime import outputs_of

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
LARGEST = {
    "double": np.finfo(np.float64).max.item(),
    "float": np.finfo(np.float32).max.item(),
    "float16": np.finfo(np.float16).max.item(),
}
"""Of the numbers of a floating point type."""


@dataclass(frozen=True)
class Value:
    """An input or output. `shape` holds None for a variable size, and is None if it is unknown."""

    name: str
    type: str
    shape: tuple[int | None, ...] | None

    @property
    def columns(self) -> int | None:
        """Size of the second dimension; 1 if there is none, None if it is variable."""
        return 1 if len(self.shape) == 1 else self.shape[1]

    def may_be(self, columns: int) -> bool:
        """Return whether this may hold `columns` floating-point numbers per row."""
        if self.type not in FLOATING:
            return False
        if self.shape is None:
            return True
        batch_is_open = len(self.shape) in (1, 2) and self.shape[0] in (None, 1)
        return batch_is_open and self.columns in (None, columns)

    def __str__(self) -> str:
        sizes = ("?",) if self.shape is None else self.shape
        shown = ",".join("N" if size is None else str(size) for size in sizes)
        return f"{self.name} {self.type}[{shown}]"


@dataclass(frozen=True)
class Signature:
    """The inputs and outputs of a graph that predicts one number per row, or its quantiles."""

    inputs: tuple[Value, ...]
    outputs: tuple[Value, ...]

    def prediction(
        self, name: str | None = None, columns: int = 1, bounds: Collection[str] = ()
    ) -> Value:
        """Return the output that holds the prediction: the one of that name, else the only one.

        It holds `columns` numbers per row, and is none of the outputs in `bounds`.

        Raises UserError if there is no such output, or if there are several.
        """
        shape = _shape(columns)
        found = [each for each in self.outputs if each.may_be(columns) and each.name not in bounds]
        named = [each for each in found if name in (None, each.name)]
        if name and not named:
            raise UserError(
                f"The model has no output {name} {shape} of a floating point type, "
                f"only {_list(self.outputs)}.",
                "Correct the name that is given with --prediction.",
            )
        if len(named) != 1:
            raise UserError(
                f"The model has {len(named) or 'no'} outputs {shape} that can be the prediction: "
                f"{_list(named or self.outputs)}.",
                _remedy(bool(named), columns),
            )
        return named[0]

    def bound(self, name: str, columns: int) -> Value:
        """Return the output of that name, which holds bounds; UserError if it may hold none."""
        for each in self.outputs:
            if each.name == name and each.may_be(columns):
                return each
        raise UserError(
            f"The model has no output {name} {_shape(columns)} of a floating point type, "
            f"only {_list(self.outputs)}.",
            "Correct the names that are given with --interval.",
        )

    @property
    def row_by_row(self) -> bool:
        """True if the batch dimension is fixed to 1."""
        return any(value.shape[0] == 1 for value in self.inputs)

    @property
    def names(self) -> list[str] | None:
        """Return the features' names if the graph has an input for each; otherwise nothing."""
        named = all(value.columns == 1 for value in self.inputs)
        return [value.name for value in self.inputs] if named else None

    @property
    def blocks(self) -> bool:
        """True if there are several inputs, of which one takes several features."""
        return len(self.inputs) > 1 and self.names is None

    def layout(
        self, names: Iterable[str], inputs: Mapping[str, str] = MappingProxyType({})
    ) -> dict[str, list[str]]:
        """Return input → the features that are its columns, in order.

        A feature goes to the input that `inputs` (feature → input) names for it, else to the only
        one, else to the one that has its name, even if the graph has no such input.
        """
        columns = {value.name: [] for value in self.inputs}
        for name in names:
            only = self.inputs[0].name if len(self.inputs) == 1 else name
            columns.setdefault(inputs.get(name, only), []).append(name)
        return columns

    def faults(self, layout: Mapping[str, list[str]]) -> Iterator[str]:
        """Yield the faults of a layout."""
        values = {value.name: value for value in self.inputs}
        for name, features in layout.items():
            listed = ", ".join(features)
            if name not in values:
                yield f"there is no input {name} for {listed}, only {_list(self.inputs)}"
            elif not features:
                yield f"no feature is named for the input {values[name]}"
            elif values[name].columns not in (None, len(features)):
                yield (
                    f"{values[name]} takes {values[name].columns} columns and {len(features)} are "
                    f"named: {listed}"
                )

    def types(
        self, names: Iterable[str], inputs: Mapping[str, str] = MappingProxyType({})
    ) -> dict[str, str]:
        """Return feature → type, in the order of `names`, of those that have an input."""
        kinds = {value.name: value.type for value in self.inputs}
        layout = self.layout(names, inputs)
        places = {name: place for place, features in layout.items() for name in features}
        return {name: kinds[places[name]] for name in names if places[name] in kinds}


def read_signature(model: ModelProto, path: Path | None = None) -> Signature:
    """Return the signature of a regression graph.

    Its outputs are as ONNX Runtime infers them, which the function sees, too. Weights in other
    files are looked for beside `path`.

    Raises UserError if rows cannot fill its inputs, which are [N], [N, 1] or [N, k], if no output
    holds one float or double per row, if it draws random numbers, or if ONNX Runtime cannot load
    it.
    """
    if random := random_operators(model):
        raise UserError(
            f"The model uses random numbers ({', '.join(random)}), so the same row may get another "
            "prediction each time.",
            "Export it again without these operators.",
        )
    constants = {tensor.name for tensor in model.graph.initializer}
    inputs = tuple(_value(info) for info in model.graph.input if info.name not in constants)
    if not inputs or not all(map(_takes_rows, inputs)):
        raise UserError(
            "A regression model takes inputs [N], [N, 1] or [N, k] of "
            f"{', '.join(sorted(set(TYPES.values())))}; this one takes {_list(inputs)}.",
            "Export it again with such inputs, the batch dimension N left open or 1.",
        )
    outputs = tuple(Value(*output) for output in outputs_of(model, path))
    classifies = any(value.type not in FLOATING for value in outputs)
    if not any(_has_predictions(value, classifies) for value in outputs):
        raise UserError(
            "A regression model gives one float or double per row, as [N] or [N, 1]; "
            f"this one gives {_list(outputs)}.",
            "Export a regressor (of a classifier only a probability could be served).",
        )
    return Signature(inputs, outputs)


def _has_predictions(value: Value, classifies: bool) -> bool:
    """Return whether this may hold the prediction, or quantiles if there is no other output."""
    if value.may_be(columns=1):
        return True
    quantiles = value.type in FLOATING and value.shape is not None and len(value.shape) == 2
    return quantiles and not classifies and value.shape[0] in (None, 1)


def _takes_rows(value: Value) -> bool:
    shape = value.shape or ()
    return (
        value.type in TYPES.values()
        and len(shape) in (1, 2)
        and shape[0] in (None, 1)
        and value.columns != 0
    )


def _shape(columns: int) -> str:
    return "[N] or [N, 1]" if columns == 1 else f"[N, {columns}]"


def _value(info: ValueInfoProto) -> Value:
    tensor = info.type.tensor_type
    if not info.type.HasField("tensor_type"):
        return Value(info.name, info.type.WhichOneof("value") or "untyped", None)
    kind = TYPES.get(tensor.elem_type, TensorProto.DataType.Name(tensor.elem_type).lower())
    if not tensor.HasField("shape"):
        return Value(info.name, kind, None)
    return Value(info.name, kind, tuple(_size(dimension) for dimension in tensor.shape.dim))


def _size(dimension: TensorShapeProto.Dimension) -> int | None:
    # Some exporters write -1 for a variable size.
    known = dimension.HasField("dim_value") and dimension.dim_value >= 0
    return dimension.dim_value if known else None


def _remedy(several: bool, columns: int) -> str:
    """Return what to do if several outputs may be the prediction, or none."""
    if several:
        return "Name it with --prediction."
    if columns > 1:
        return "Give one level for each column of the output."
    return "Export it again with such an output, or give the --levels of quantiles [N, q]."


def _list(values: Iterable[Value]) -> str:
    return ", ".join(map(str, values)) or "nothing"
