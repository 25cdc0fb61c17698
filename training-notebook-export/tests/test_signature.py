import numpy as np
import pytest
from graphs import classifier, identity, model, one_input_per_feature, sum_of_columns, value
from onnx import TensorProto, helper

from training.errors import UserError
from training.randomness import random_operators
from training.signature import read_signature


def test_a_one_tensor_model_takes_names_from_outside():
    signature = read_signature(sum_of_columns(TensorProto.DOUBLE))
    assert signature.names is None
    assert signature.types(["a", "b"]) == {"a": "double", "b": "double"}


def test_a_model_with_one_input_per_feature_has_names_and_types_of_its_own():
    signature = read_signature(one_input_per_feature())
    assert signature.types(signature.names) == {
        "city": "string",
        "rooms": "int64",
        "area": "float",
        "is_new": "bool",
    }


def test_an_input_with_a_default_is_no_feature():
    graph = sum_of_columns()
    graph.graph.input.append(value("axes", TensorProto.INT64, [1]))
    assert [value.name for value in read_signature(graph).inputs] == ["x"]


def test_the_prediction_is_the_only_output_with_one_number_per_row():
    nodes = [
        helper.make_node("Concat", ["x", "x"], ["pair"], axis=1),
        helper.make_node("Identity", ["x"], ["only"]),
    ]
    outputs = [value("pair", shape=["N", 2]), value("only")]
    assert read_signature(model(nodes, [value("x")], outputs)).prediction().name == "only"


def test_outputs_are_as_the_runtime_infers_them():
    ones = {"w": np.ones((4, 1), np.float32)}
    product = helper.make_node("MatMul", ["x", "w"], ["y"])
    # skl2onnx declares the prediction of a PLSRegression so.
    declared = [value("y", shape=["N", 4])]
    graph = model([product], [value("x", shape=["N", 4])], declared, ones)
    assert str(read_signature(graph).prediction()) == "y float[N,N]"


def test_a_model_of_classes_has_no_prediction_to_name():
    graph = identity([value("x", shape=["N", 4])], [value("y", shape=["N", 4])])
    with pytest.raises(
        UserError, match=r"no outputs \[N\].*: y float\[N,4\]. Export it again with"
    ):
        read_signature(graph).prediction()


def test_of_several_outputs_the_prediction_has_to_be_named():
    inputs = [value("x", shape=["N", 1])]
    signature = read_signature(identity(inputs, [value("first"), value("second")]))
    with pytest.raises(
        UserError, match=r"has 2 outputs \[N\] or \[N, 1\] that can be the prediction: first"
    ):
        signature.prediction()
    assert signature.prediction("second").name == "second"
    with pytest.raises(UserError, match=r"no output third \[N\] or \[N, 1\] of a float"):
        signature.prediction("third")


@pytest.mark.parametrize(
    ("inputs", "found"),
    [
        ([value("x", shape=["N", 2]), value("z", shape=["N", 0])], "x float[N,2], z float[N,0]"),
        ([value("x", TensorProto.UINT8)], "x uint8[N,1]"),
        ([value("x", shape=["N", 3, 224])], "x float[N,3,224]"),
        ([value("x", shape=[4, 3])], "x float[4,3]"),
        ([value("x", shape=None)], "x float[?]"),
    ],
)
def test_other_inputs_are_refused(inputs, found):
    with pytest.raises(UserError) as error:
        read_signature(identity(inputs, [value("y")]))
    assert str(error.value) == (
        "A regression model takes inputs [N], [N, 1] or [N, k] of bool, double, float, float16, "
        f"int32, int64, string; this one takes {found}. "
        "Export it again with such inputs, the batch dimension N left open or 1."
    )


def test_a_model_without_inputs_is_refused():
    with pytest.raises(UserError, match="this one takes nothing"):
        read_signature(model([], [], [value("y")]))


def test_a_classifier_is_refused():
    with pytest.raises(UserError) as error:
        read_signature(classifier())
    assert str(error.value) == (
        "A regression model gives one float or double per row, as [N] or [N, 1]; this one gives "
        "label int64[N], probabilities float[N,2]. "
        "Export a regressor (of a classifier only a probability could be served)."
    )


def test_a_sequence_of_maps_is_no_prediction():
    graph = classifier()
    maps = helper.make_node(
        "ZipMap", ["probabilities"], ["y"], domain="ai.onnx.ml", classlabels_int64s=[0, 1]
    )
    graph.graph.node.append(maps)
    graph.graph.output[1].name = "y"
    kind = helper.make_map_type_proto(
        TensorProto.INT64, helper.make_tensor_type_proto(TensorProto.FLOAT, [])
    )
    graph.graph.output[1].type.CopyFrom(helper.make_sequence_type_proto(kind))
    with pytest.raises(
        UserError, match=r"label int64\[N\], y seq\(map\(int64,tensor\(float\)\)\)\[\?\]"
    ):
        read_signature(graph)


@pytest.mark.parametrize("inputs", [["x"], ["x", "ratio"], ["x", "ratio", "training"]])
def test_dropout_is_random_only_in_training(inputs):
    graph = sum_of_columns()
    graph.graph.node.append(helper.make_node("Dropout", inputs, ["z"]))
    assert random_operators(graph) == (["Dropout"] if "training" in inputs else [])


def test_random_operators_are_found_in_subgraphs_and_functions():
    graph = sum_of_columns()
    branch = helper.make_graph([helper.make_node("RandomNormal", [], ["z"])], "branch", [], [])
    graph.graph.node.append(helper.make_node("If", ["c"], ["z"], else_branch=branch))
    nodes = [helper.make_node("Bernoulli", ["x"], ["z"])]
    opset = [helper.make_opsetid("", 13)]
    graph.functions.append(helper.make_function("own", "f", ["x"], ["z"], nodes, opset))
    assert random_operators(graph) == ["Bernoulli", "RandomNormal"]
