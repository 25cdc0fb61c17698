"""Runs a model over rows. The only module that imports ONNX Runtime."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
from onnx import ModelProto

from training.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

    from training.signature import Signature

NUMPY_TYPES = {
    "double": np.float64,
    "float": np.float32,
    "float16": np.float16,
    "int64": np.int64,
    "int32": np.int32,
    "bool": np.bool_,
    "string": np.object_,
}
ERRORS_ONLY = 3
ROUNDING = 4e-3
"""Share of the largest number that rounding may make of a row in another batch, in float16."""
WEIGHTS_FOLDER = "session.model_external_initializers_file_folder_path"

Output = tuple[str, str, tuple[int | None, ...] | None]
"""Name, type and shape of a tensor: None for an open size, and None for an unknown shape."""


def outputs_of(model: ModelProto, path: Path | None = None) -> list[Output]:
    """Return the outputs of a model as the runtime infers them, which is not always as declared.

    Weights in other files are looked for beside `path`. Raises UserError if it cannot be loaded.
    """
    options = _options()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    if path is not None:
        folder = str(path.resolve().parent)
        options.add_session_config_entry(WEIGHTS_FOLDER, folder)
    with _explained():
        session = _session(model.SerializeToString(), options)
    return [(each.name, _kind(each.type), _shape(each)) for each in session.get_outputs()]


def run(
    model: Path | bytes,
    signature: "Signature",
    rows: "pd.DataFrame",
    output: str,
    columns: int = 1,
    inputs: Mapping[str, str] = MappingProxyType({}),
) -> np.ndarray:
    """Return one output of a model for rows of features, as float64 of shape (n, columns).

    `rows` has the model's features as columns, in order; `inputs` names the input of a feature
    where the signature does not name it. The model is a file, beside which its external data is
    looked for, or the bytes of one. A graph that mixes the rows of a call is run row by row, as the
    function does it.

    Raises UserError if the model cannot be loaded, fails, or answers with anything but `columns`
    finite numbers per row.
    """
    with _explained():
        session = _session(model, _options())
        tensors = _tensors(signature, rows, inputs)

        def call(start: int, end: int) -> np.ndarray:
            some = {name: values[start:end] for name, values in tensors.items()}
            return np.ravel(session.run([output], some)[0]).astype(np.float64)

        one_by_one = signature.row_by_row
        if not one_by_one:
            result = call(0, len(rows))
            one_by_one = result.size == len(rows) * columns and _mixes(result, call(0, 1))
        if one_by_one:
            result = np.concatenate([call(row, row + 1) for row in range(len(rows))])
    if result.size != len(rows) * columns or not np.isfinite(result).all():
        raise UserError(
            f"Output {output} holds {result.size} numbers for {len(rows)} rows, "
            f"{np.isfinite(result).sum()} of them finite; {columns} per row were expected.",
            "Export a model that answers each row with its own prediction.",
        )
    return result.reshape(len(rows), columns)


def _mixes(together: np.ndarray, alone: np.ndarray) -> bool:
    """Return whether the first row gets another prediction with other rows than alone."""
    with np.errstate(invalid="ignore"):
        gap = np.abs(together[: len(alone)] - alone).max(initial=0)
        return bool(gap > ROUNDING * np.abs(together).max(initial=0))


@contextmanager
def _explained() -> Iterator[None]:
    # ONNX Runtime's exceptions have no base class of their own.
    try:
        yield
    except Exception as error:
        raise UserError(
            f"ONNX Runtime {onnxruntime.__version__} cannot run the model: {error}.",
            "Export it again, for an opset that this version knows and with all its files.",
        ) from error


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = ERRORS_ONLY
    return options


def _session(
    model: Path | bytes, options: onnxruntime.SessionOptions
) -> onnxruntime.InferenceSession:
    source = model if isinstance(model, bytes) else str(model)
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def _kind(type_name: str) -> str:
    """Return the type's name on a card, such as int64 of tensor(int64)."""
    kind = type_name.removeprefix("tensor(").removesuffix(")")
    return kind if type_name.startswith("tensor(") else type_name


def _shape(argument: onnxruntime.NodeArg) -> tuple[int | None, ...] | None:
    # An unknown shape and that of a single number are both empty here.
    sizes = [size if isinstance(size, int) and size >= 0 else None for size in argument.shape]
    return tuple(sizes) or None


def _tensors(
    signature: "Signature", rows: "pd.DataFrame", inputs: Mapping[str, str]
) -> dict[str, np.ndarray]:
    layout = signature.layout(rows.columns, inputs)
    tensors = {}
    for value in signature.inputs:
        columns = rows[layout[value.name]].to_numpy(NUMPY_TYPES[value.type])
        tensors[value.name] = columns[:, 0] if len(value.shape) == 1 else columns
    return tensors
