"""Linear models as ONNX graphs, in float64 from end to end."""

import numpy as np
from onnx import ModelProto, TensorProto, ValueInfoProto, checker, helper, numpy_helper

from training.conformal import SplitConformal

# Old enough for every ONNX Runtime since 1.10; a matrix product needs nothing newer.
OPSET, IR_VERSION = 13, 8

PREDICT, INTERVAL = "predict", "interval"


def linear_graph(model, interval: SplitConformal | None = None) -> ModelProto:
    """Return the graph of a fitted scikit-learn linear model with one target.

    Input `features` (N, k), output `predict` (N, 1) and, given an interval around a linear
    model of the same features, output `interval` (N, 2): lower and upper bound. All double.
    """
    affine = {PREDICT: (_column(model), [model.intercept_])}
    if interval:
        center, half_width = interval.model, interval.half_width
        affine[INTERVAL] = (
            np.hstack([_column(center), _column(center)]),
            [center.intercept_ - half_width, center.intercept_ + half_width],
        )
    graph = helper.make_graph(
        [
            helper.make_node("Gemm", ["features", f"{name}_weights", f"{name}_bias"], [name])
            for name in affine
        ],
        "linear",
        [_tensor("features", len(model.coef_))],
        [_tensor(name, len(bias)) for name, (_, bias) in affine.items()],
        [
            numpy_helper.from_array(np.asarray(value, dtype=np.float64), f"{name}_{part}")
            for name, values in affine.items()
            for part, value in zip(["weights", "bias"], values, strict=True)
        ],
    )
    proto = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="onnx-function",
    )
    checker.check_model(proto, full_check=True)
    return proto


def _column(model) -> np.ndarray:
    return np.reshape(model.coef_, (-1, 1))


def _tensor(name: str, columns: int) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.DOUBLE, ["N", columns])
