"""Runs a model over rows. The only module that imports ONNX Runtime."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnxruntime
import pandas as pd

from training.errors import UserError
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


def run(
    model: Path | bytes, signature: Signature, rows: pd.DataFrame, output: str, columns: int = 1
) -> np.ndarray:
    """Return one output of a model for rows of features, as float64 of shape (n, columns).

    `rows` has the model's features as columns, in order. The model is a file, beside which its
    external data is looked for, or the bytes of one.

    Raises UserError if the model cannot be loaded, fails, or answers with anything but `columns`
    finite numbers per row.
    """
    step = 1 if signature.row_by_row else len(rows)
    with _explained():
        session = _session(model)
        results = [
            session.run([output], _tensors(signature, rows[start : start + step]))[0]
            for start in range(0, len(rows), step)
        ]
    result = np.concatenate([np.ravel(part) for part in results]).astype(np.float64)
    if result.size != len(rows) * columns or not np.isfinite(result).all():
        raise UserError(
            f"Output {output} holds {result.size} numbers for {len(rows)} rows, "
            f"{np.isfinite(result).sum()} of them finite; {columns} per row were expected.",
            "Export a model that answers each row with its own prediction.",
        )
    return result.reshape(len(rows), columns)


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


def _session(model: Path | bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = ERRORS_ONLY
    source = model if isinstance(model, bytes) else str(model)
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def _tensors(signature: Signature, rows: pd.DataFrame) -> dict[str, np.ndarray]:
    if signature.one_tensor:
        [matrix] = signature.inputs
        return {matrix.name: rows.to_numpy(NUMPY_TYPES[matrix.type])}
    return {
        value.name: rows[value.name]
        .to_numpy(NUMPY_TYPES[value.type])
        .reshape((len(rows),) + (1,) * (len(value.shape) - 1))
        for value in signature.inputs
    }
