"""Tiny ONNX models for the tests."""

import numpy as np
import pandas as pd
from onnx import ModelProto, TensorProto, helper, numpy_helper

from training.runtime import run
from training.signature import read_signature


def value(name: str, kind: int = TensorProto.FLOAT, shape=("N", 1)):
    return helper.make_tensor_value_info(name, kind, shape)


def model(nodes, inputs, outputs, constants=None) -> ModelProto:
    """Return a model of these nodes; `constants` are arrays by name."""
    tensors = [numpy_helper.from_array(array, name) for name, array in (constants or {}).items()]
    return helper.make_model(
        helper.make_graph(nodes, "tiny", inputs, outputs, tensors),
        opset_imports=[helper.make_opsetid("", 13), helper.make_opsetid("ai.onnx.ml", 3)],
        ir_version=8,
    )


def predict(model: ModelProto, rows: pd.DataFrame) -> np.ndarray:
    """Run a model over rows; return its predictions, shape (n,)."""
    signature = read_signature(model)
    return run(model.SerializeToString(), signature, rows, signature.prediction().name)[:, 0]


def identity(inputs, outputs) -> ModelProto:
    """Return the first input as every output."""
    nodes = [helper.make_node("Identity", [inputs[0].name], [output.name]) for output in outputs]
    return model(nodes, inputs, outputs)


def sum_of_columns(kind=TensorProto.FLOAT, batch="N", columns=2) -> ModelProto:
    """Predict the sum of the columns of one tensor."""
    axes = {"axes": np.array([1], dtype=np.int64)}
    x = value("x", kind, [batch, columns])
    node = helper.make_node("ReduceSum", ["x", "axes"], ["y"], keepdims=1)
    return model([node], [x], [value("y", kind, [batch, 1])], axes)


def one_input_per_feature() -> ModelProto:
    """Predict area + rooms + 100 if the city is Boston + 1000 if it is new; area may be NaN."""
    nodes = [
        helper.make_node("IsNaN", ["area"], ["no_area"]),
        helper.make_node("Where", ["no_area", "zero", "area"], ["known_area"]),
        helper.make_node("Cast", ["rooms"], ["flat_rooms"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["flat_rooms", "one"], ["float_rooms"]),
        helper.make_node(
            "LabelEncoder",
            ["city"],
            ["city_price"],
            domain="ai.onnx.ml",
            keys_strings=["Boston"],
            values_floats=[100.0],
            default_float=0.0,
        ),
        helper.make_node("Cast", ["is_new"], ["new"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["new", "thousand"], ["new_price"]),
        helper.make_node("Sum", ["known_area", "float_rooms", "city_price", "new_price"], ["y"]),
    ]
    inputs = [
        value("city", TensorProto.STRING),
        value("rooms", TensorProto.INT64, ["N"]),
        value("area", TensorProto.FLOAT),
        value("is_new", TensorProto.BOOL),
    ]
    constants = {
        "zero": np.float32([0]),
        "one": np.int64([1]),
        "thousand": np.float32([1000]),
    }
    return model(nodes, inputs, [value("y")], constants)


def blocks(batch="N") -> ModelProto:
    """Predict a + 10 b + w, + 100 for each text Boston, + 1000 for each new: two blocks and w."""
    nodes = [
        helper.make_node("MatMul", ["num", "weights"], ["numbers"]),
        helper.make_node(
            "LabelEncoder",
            ["cat"],
            ["codes"],
            domain="ai.onnx.ml",
            keys_strings=["Boston", "new"],
            values_floats=[100.0, 1000.0],
            default_float=0.0,
        ),
        helper.make_node("ReduceSum", ["codes", "one"], ["texts"], keepdims=1),
        helper.make_node("Cast", ["w"], ["float_w"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["float_w", "one"], ["column_w"]),
        helper.make_node("Sum", ["numbers", "texts", "column_w"], ["y"]),
    ]
    inputs = [
        value("num", TensorProto.FLOAT, [batch, 2]),
        value("cat", TensorProto.STRING, [batch, 2]),
        value("w", TensorProto.INT64, [batch]),
    ]
    constants = {"weights": np.float32([[1], [10]]), "one": np.int64([1])}
    return model(nodes, inputs, [value("y", shape=[batch, 1])], constants)


def tree() -> ModelProto:
    """Predict 10 if a <= 0.5, else 20: a tree as the converters of LightGBM and scikit-learn write
    it.
    """
    node = helper.make_node(
        "TreeEnsembleRegressor",
        ["input"],
        ["variable"],
        domain="ai.onnx.ml",
        n_targets=1,
        nodes_treeids=[0, 0, 0],
        nodes_nodeids=[0, 1, 2],
        nodes_featureids=[0, 0, 0],
        nodes_modes=["BRANCH_LEQ", "LEAF", "LEAF"],
        nodes_values=[0.5, 0.0, 0.0],
        nodes_truenodeids=[1, 0, 0],
        nodes_falsenodeids=[2, 0, 0],
        target_treeids=[0, 0],
        target_nodeids=[1, 2],
        target_ids=[0, 0],
        target_weights=[10.0, 20.0],
    )
    return model([node], [value("input", shape=[None, 2])], [value("variable", shape=[None, 1])])


def classifier() -> ModelProto:
    """Return a label and two probabilities."""
    node = helper.make_node(
        "LinearClassifier",
        ["x"],
        ["label", "probabilities"],
        domain="ai.onnx.ml",
        classlabels_ints=[0, 1],
        coefficients=[1.0, -1.0, -1.0, 1.0],
        intercepts=[0.0, 0.0],
    )
    outputs = [value("label", TensorProto.INT64, ["N"]), value("probabilities", shape=["N", 2])]
    return model([node], [value("x", shape=["N", 2])], outputs)
