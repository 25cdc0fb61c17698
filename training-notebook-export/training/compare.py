"""Compares what trees predict in the node that they come from and in the nodes they are made."""

import math

import numpy as np
import pandas as pd
from onnx import ModelProto, NodeProto, helper

from training.beside_splits import rows_beside_splits
from training.ensemble import add_ensemble
from training.errors import UserError
from training.graph import IR_VERSION, OPSETS, Graph, tensor
from training.regressor import OPERATOR, Regressor
from training.runtime import run
from training.signature import read_signature

# Their rows are what the predictions are compared for, four for each.
BRANCHES = 2000
# Of the largest prediction: the parts are summed in another order.
TOLERANCES = {"float": 1e-5, "double": 1e-6}
JOINED = {"SUM": np.sum, "AVERAGE": np.sum, "MIN": np.min, "MAX": np.max}


def check_predictions(regressor: Regressor, rewritten: ModelProto) -> None:
    """Raise UserError if the ensemble, rewritten as a model, does not predict what it did.

    Each part is held to the trees of the node, to the last bit; the whole to the parts, joined in
    float64. So no more than a part of the node is ever loaded, which takes the memory that the
    rewriting is to save.
    """
    ensemble, parts = regressor.ensemble, list(regressor.ensemble.parts())
    branches = math.ceil(BRANCHES / len(parts))
    rows = np.concatenate(
        [
            rows_beside_splits(ensemble.trees(*part), regressor.columns, branches, seed)
            for seed, part in enumerate(parts)
        ]
    )
    before = []
    for part in parts:
        before.append(_predict(_older(regressor, *part), rows))
        now = _predict(_newer(regressor, *part), rows)
        _expect(np.array_equal(now, before[-1]), regressor.node)
    expected = JOINED[regressor.aggregate](before, axis=0)
    if regressor.aggregate == "AVERAGE":
        expected /= len(ensemble.roots)
    expected += regressor.base
    error, largest = np.abs(_predict(rewritten, rows) - expected).max(), np.abs(expected).max()
    _expect(error <= TOLERANCES[regressor.kind] * largest, regressor.node)


def _older(regressor: Regressor, first: int, end: int) -> ModelProto:
    graph = helper.make_graph(
        [regressor.trees(first, end)],
        "part",
        [tensor("x", regressor.kind, regressor.columns)],
        [tensor("y", "float", 1)],
    )
    opsets = [helper.make_opsetid(*opset) for opset in OPSETS.items()]
    return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)


def _newer(regressor: Regressor, first: int, end: int) -> ModelProto:
    graph = Graph()
    x = graph.input("x", regressor.kind, regressor.columns)
    trees = regressor.ensemble.trees(first, end)
    graph.output(add_ensemble(graph, trees, x, regressor.of_a_part), "y")
    return graph.model()


def _predict(model: ModelProto, rows: np.ndarray) -> np.ndarray:
    signature = read_signature(model)
    [output] = signature.outputs
    return run(model.SerializeToString(), signature, pd.DataFrame(rows), output.name)[:, 0]


def _expect(holds: bool, node: NodeProto) -> None:
    if not holds:
        raise UserError(
            f"The {OPERATOR} that gives {node.output[0]} predicts something else when rewritten.",
            "Serve the model as it is.",
        )
