import os
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from graphs import identity, model, one_input_per_feature, predict, sum_of_columns, tree, value
from onnx import helper

from training.errors import UserError
from training.signature import read_signature

ROWS = pd.DataFrame({"a": [1.0, 2], "b": [3.0, 4]})


def test_each_type_reaches_the_graph():
    rows = pd.DataFrame(
        {
            "city": ["Boston", "Salem"],
            "rooms": [3, 4],
            "area": [50.0, float("nan")],
            "is_new": [False, True],
        }
    )
    assert predict(one_input_per_feature(), rows).tolist() == [153, 1004]


def test_a_tree_predicts():
    assert predict(tree(), pd.DataFrame({"a": [0.4, 0.6], "b": [0.0, 0.0]})).tolist() == [10, 20]


def test_an_output_of_unknown_shape_may_be_the_prediction():
    graph = sum_of_columns()
    graph.graph.output[0].type.tensor_type.ClearField("shape")
    assert predict(graph, ROWS).tolist() == [4, 6]


def test_a_batch_fixed_to_one_is_run_row_by_row():
    graph = sum_of_columns(batch=1)
    assert read_signature(graph).row_by_row
    assert predict(graph, ROWS).tolist() == [4, 6]


def test_rows_are_made_tensors_once_however_they_are_run():
    rows = pd.concat([ROWS] * 50)
    original = pd.DataFrame.to_numpy
    with patch.object(pd.DataFrame, "to_numpy", autospec=True, side_effect=original) as made:
        assert predict(sum_of_columns(batch=1), rows).tolist() == [4, 6] * 50
    assert made.call_count == 1


def test_a_graph_that_mixes_rows_is_run_row_by_row():
    nodes = [
        helper.make_node("ReduceMean", ["x"], ["mean"], axes=[0], keepdims=1),
        helper.make_node("Add", ["x", "mean"], ["y"]),
    ]
    graph = model(nodes, [value("x")], [value("y")])
    assert predict(graph, pd.DataFrame({"x": [1.0, 2, 6]})).tolist() == [2, 4, 12]


def test_an_answer_that_is_not_one_number_per_row_is_refused():
    flatten = helper.make_node("Reshape", ["x", "flat"], ["y"])
    inputs, outputs = [value("x", shape=["N", 2])], [value("y", shape=["M"])]
    graph = model([flatten], inputs, outputs, {"flat": np.int64([-1])})
    with pytest.raises(UserError, match=r"Output y holds 4 numbers for 2 rows, 4 of them finite"):
        predict(graph, ROWS)


def test_one_number_for_all_rows_is_refused():
    total = helper.make_node("ReduceSum", ["x"], ["y"], keepdims=0)
    graph = model([total], [value("x", shape=["N", 2])], [value("y", shape=[])])
    with pytest.raises(UserError, match=r"Output y holds 1 numbers for 2 rows, 1 of them finite"):
        predict(graph, ROWS)


def test_a_model_that_onnx_runtime_does_not_know_is_refused():
    graph = identity([value("x")], [value("y")])
    graph.graph.node[0].op_type = "Unheard"
    with pytest.raises(UserError, match=r"cannot run the model: .*Unheard.*\. Export it again"):
        predict(graph, pd.DataFrame({"x": [1.0]}))


def test_no_telemetry_is_sent():
    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"
