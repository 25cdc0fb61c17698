"""Trees rewritten as TreeEnsemble nodes, held to the TreeEnsembleRegressor that they come from."""

import subprocess
import sys
from collections import Counter

import numpy as np
import onnx
import pandas as pd
import pytest
from forests import COLUMNS, complete_trees, forest, numbers, regression
from graphs import model, predict, sum_of_columns, value
from onnx import TensorProto, checker, helper

from training import compare, ensemble
from training.boston import FOLDER
from training.card import load_model
from training.compact import compact
from training.ensemble import MODES
from training.errors import UserError
from training.signature import read_signature

RANDOM = np.random.default_rng(1)
# All that is compared is at, or between, tenths.
TENTHS = RANDOM.integers(-30, 31, (2000, COLUMNS)) / 10
ROWS = pd.DataFrame(np.where(RANDOM.random(TENTHS.shape) < 0.05, np.nan, TENTHS))


@pytest.fixture
def parts(monkeypatch):
    """Let a part hold few nodes."""
    monkeypatch.setattr(ensemble, "PART", 40)


def compacted(path):
    output = path.with_name("small.onnx")
    compact(path, output)
    checker.check_model(output, full_check=True)
    return load_model(output)


def operators(model):
    return Counter(node.op_type for node in model.graph.node)


@pytest.mark.parametrize("kind", ["float", "double"])
@pytest.mark.parametrize("aggregate", [None, "SUM", "AVERAGE", "MIN", "MAX"])
@pytest.mark.parametrize(
    "case",
    [
        *({"modes": [mode]} for mode in MODES),
        {"modes": MODES, "nan_true": 0.5},
        {"nan_true": 1.0, "shuffled": True},
        {"nan_true": 0.0, "base": 0.3},
        {"depths": [0, 0, 0], "base": -2.5},
        {"depths": [0]},
        {"depths": [9], "post_transform": "NONE"},
        {"depths": [3, 2] * 50, "shuffled": True, "base": 100.1},
    ],
    ids=str,
)
def test_trees_predict_what_they_did(parts, save, kind, aggregate, case):
    options = {name: option for name, option in case.items() if name != "base"}
    if "base" in case:
        options |= numbers("base_values", [case["base"]], kind)
    graph = regression(forest(kind, aggregate_function=aggregate, **options), kind=kind)
    small = compacted(save(graph))
    expected = predict(graph, ROWS)
    np.testing.assert_allclose(
        predict(small, ROWS), expected, rtol=0, atol=3e-6 * abs(expected).max()
    )
    assert set(operators(small)) <= {"TreeEnsemble", "Sum", "Min", "Max", "Div", "Add", "Cast"}


def test_floats_are_compared_as_doubles_where_the_input_is_double(save):
    graph = regression(forest("float"), kind="double")
    np.testing.assert_array_equal(predict(compacted(save(graph)), ROWS), predict(graph, ROWS))


def test_one_part_of_leaves_summed_is_one_node(save):
    small = compacted(save(regression(forest())))
    assert operators(small) == {"TreeEnsemble": 1}


def test_parts_are_as_large_as_told(parts, save):
    graph = regression(forest(depths=[3] * 40, aggregate_function="AVERAGE"))
    small = compacted(save(graph))
    nodes = len(helper.get_node_attr_value(graph.graph.node[0], "nodes_modes"))
    assert operators(small) == {"TreeEnsemble": -(-nodes // 40), "Sum": 1, "Div": 1}


def test_weights_of_branches_do_not_count(save):
    node = forest(depths=[2])
    for attribute in node.attribute:
        if attribute.name.startswith("target_"):
            attribute.ints.extend([0] * (attribute.name != "target_weights"))
            attribute.floats.extend([5.0] * (attribute.name == "target_weights"))
    graph = regression(node)
    np.testing.assert_array_equal(predict(compacted(save(graph)), ROWS), predict(graph, ROWS))


def test_all_else_stays_as_it_is(parts, save):
    nodes = [
        helper.make_node(
            "Scaler", ["x"], ["scaled"], domain="ai.onnx.ml", offset=[0.1], scale=[2.0]
        ),
        forest(x="scaled", y="/trees0/a"),
        forest(x="scaled", y="b", aggregate_function="AVERAGE", seed=1),
        helper.make_node("Concat", ["/trees0/a", "b"], ["both"], axis=1),
        forest(x="both", y="c", depths=[1], nodes_featureids=[1, 0, 0]),
        helper.make_node("Sum", ["/trees0/a", "b", "c", "shift"], ["y"]),
    ]
    graph = regression(*nodes, shift=np.float32([7]))
    graph.producer_name, graph.doc_string = "skl2onnx", "Prices."
    graph.metadata_props.add(key="model_card", value='{"name": "flats"}')
    small = compacted(save(graph))
    expected = predict(graph, ROWS)
    np.testing.assert_allclose(predict(small, ROWS), expected, atol=1e-5)
    assert operators(small)["TreeEnsembleRegressor"] == 0
    assert [node for node in small.graph.node if node.op_type in ("Scaler", "Concat")] == [
        nodes[0],
        nodes[3],
    ]
    assert read_signature(small) == read_signature(graph)
    assert small.metadata_props == graph.metadata_props
    assert (small.producer_name, small.doc_string) == ("skl2onnx", "Prices.")
    assert {opset.domain: opset.version for opset in small.opset_import} == {
        "": 13,
        "ai.onnx.ml": 5,
    }
    assert small.ir_version == graph.ir_version


def test_weights_in_another_file_stay_there(save, tmp_path):
    graph = regression(
        forest(y="trees"),
        helper.make_node("Add", ["trees", "far"], ["y"]),
        far=np.full((1,), 3, np.float32),
    )
    path = save(graph, save_as_external_data=True, location="weights", size_threshold=0)
    compact(path, tmp_path / "small.onnx")
    small = onnx.load(tmp_path / "small.onnx")
    expected = predict(regression(forest()), ROWS) + 3
    np.testing.assert_allclose(predict(small, ROWS), expected, rtol=1e-6)
    with pytest.raises(UserError, match=r"keeps weights in .*weights, and .* is no copy of it"):
        compact(path, tmp_path / "elsewhere" / "small.onnx")


def encoder(**attributes):
    x = value("x", TensorProto.INT64, ["N", 1])
    encode = helper.make_node("LabelEncoder", ["x"], ["code"], domain="ai.onnx.ml", **attributes)
    trees = forest(x="code", depths=[1], nodes_featureids=[0, 0, 0])
    return model([encode, trees], [x], [value("y")])


def test_an_operator_that_has_only_grown_stays(save):
    graph = encoder(keys_int64s=[1, 2], values_floats=[-9.0, 9.0], default_float=0.0)
    rows = pd.DataFrame({"x": [1, 2, 3]})
    np.testing.assert_array_equal(predict(compacted(save(graph)), rows), predict(graph, rows))


def older_encoder():
    graph = encoder(classes_strings=["a", "b"])
    graph.opset_import[1].version = 1
    return graph


def with_another(operator, **attributes):
    other = helper.make_node(operator, ["x"], ["z"], domain="ai.onnx.ml", **attributes)
    return regression(forest(), other)


def of_integers():
    x = value("x", TensorProto.INT64, ["N", COLUMNS])
    return model([forest()], [x], [value("y")])


LEAF_AND_LEAF = {"depths": [1], "target_nodeids": [1, 1]}


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (sum_of_columns(), r"The model .*model\.onnx has no TreeEnsembleRegressor\. Serve it"),
        (regression(forest(n_targets=2)), r"that gives y has 2 targets\. Serve the model as it is"),
        (regression(forest(n_targets=None)), "has 0 targets"),
        (regression(forest(post_transform="PROBIT")), "has post_transform PROBIT"),
        (regression(forest(aggregate_function="MEDIAN")), "has aggregate_function MEDIAN"),
        (regression(forest(base_values=[1.0, 2.0])), "has 2 base values"),
        (regression(forest(**LEAF_AND_LEAF)), "has 2 leaves with no weight or with several"),
        (regression(forest(depths=[1, 1], nodes_treeids=[0, 1, 0, 0, 1, 1])), "apart from"),
        (regression(forest(depths=[1], nodes_truenodeids=[7, 0, 0])), r"\(no node 7 in tree 0\)"),
        (regression(forest(depths=[1], nodes_truenodeids=[-1, 0, 0])), r"\(no node -1 in tree 0"),
        (regression(forest(depths=[1], target_treeids=[0, 9])), r"\(no node 2 in tree 9\)"),
        (regression(forest(depths=[1], nodes_modes=["LIKE", "LEAF", "LEAF"])), "do not fit"),
        (regression(forest(depths=[1], nodes_truenodeids=[0, 0, 0])), "has 2 nodes that are not"),
        (regression(forest(depths=[1], nodes_truenodeids=[2, 0, 0])), "has 2 nodes that are not"),
        (regression(forest(depths=[1], nodes_featureids=[0])), r"has values for \[1, 3\] nodes"),
        (regression(forest(nodes_modes=None)), r"are missing or do not fit \('nodes_modes'\)"),
        (regression(forest(depths=[1], nodes_falsenodeids=[2])), "do not fit"),
        (regression(forest("double")), r"_as_tensor is of float64, the input of float32"),
        (of_integers(), r"gives y takes int64\. Put a Cast before it"),
        (regression(forest(x="nowhere")), r"ONNX Runtime .* cannot run the model: .*nowhere"),
        (with_another("TreeEnsembleClassifier"), "has a TreeEnsembleClassifier that the newer"),
        (older_encoder(), "has a LabelEncoder that the newer"),
    ],
)
def test_what_cannot_be_rewritten_is_refused(save, tmp_path, graph, message):
    path = save(graph)
    with pytest.raises(UserError, match=message):
        compact(path, tmp_path / "small.onnx")
    assert not (tmp_path / "small.onnx").exists()


@pytest.mark.parametrize(
    "wrong", ["nodes_modes", "nodes_missing_value_tracks_true", "leaf_weights"]
)
def test_nothing_is_written_where_predictions_differ(save, tmp_path, monkeypatch, wrong):
    attributes = ensemble._attributes

    def mistaken(trees):
        result = attributes(trees)
        if wrong == "nodes_missing_value_tracks_true":
            del result[wrong]
        else:
            array = onnx.numpy_helper.to_array(result[wrong]).copy()
            array[len(array) // 2] += 1  # Of all nodes, one.
            result[wrong] = onnx.numpy_helper.from_array(array, wrong)
        return result

    monkeypatch.setattr(ensemble, "_attributes", mistaken)
    path = save(regression(forest(depths=[1] * 9, nan_true=0.5)))
    with pytest.raises(UserError, match="gives y predicts something else when rewritten"):
        compact(path, tmp_path / "small.onnx")
    assert not (tmp_path / "small.onnx").exists()


def test_nothing_is_written_where_the_parts_are_joined_wrongly(parts, save, tmp_path, monkeypatch):
    monkeypatch.setitem(compare.JOINED, "SUM", np.max)
    with pytest.raises(UserError, match="predicts something else"):
        compact(save(regression(forest(depths=[5] * 9))), tmp_path / "small.onnx")
    assert not (tmp_path / "small.onnx").exists()


PEAK_OF_LOADING = """
import re, sys
from pathlib import Path

import training
import onnxruntime

def peak():
    return 1024 * int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
before = peak()
onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
print(peak() - before)
"""


def peak_of_loading(path):
    """Return by how many bytes the memory of a process of its own grows at most."""
    command = [sys.executable, "-c", PEAK_OF_LOADING, str(path)]
    return int(subprocess.run(command, check=True, capture_output=True, cwd=FOLDER).stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the memory of a process from /proc")
def test_it_loads_in_two_and_a_half_times_the_size_of_what_it_comes_from(save, tmp_path):
    source = save(regression(complete_trees(count=48, depth=13)))
    compact(source, tmp_path / "small.onnx")
    size = source.stat().st_size
    assert size > 30e6
    assert peak_of_loading(source) > 8 * size
    # To load anything at all, and the part at hand: the same for a forest of any size.
    constant = peak_of_loading(save(regression(forest()), "tiny.onnx")) + 25e6
    assert peak_of_loading(tmp_path / "small.onnx") < 2.5 * size + constant
