import pytest
from graphs import classifier, identity, model, one_input_per_feature, sum_of_columns, value
from onnx import TensorProto, helper

from training.errors import UserError
from training.signature import read_signature


def test_a_one_tensor_model_takes_names_from_outside():
    signature = read_signature(sum_of_columns(TensorProto.DOUBLE))
    assert signature.one_tensor
    assert signature.types(["a", "b"]) == {"a": "double", "b": "double"}


def test_a_model_with_one_input_per_feature_has_names_and_types_of_its_own():
    signature = read_signature(one_input_per_feature())
    assert not signature.one_tensor
    assert signature.types([]) == {
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
    inputs = [value("x", shape=["N", 1])]
    outputs = [value("pair", shape=["N", 2]), value("only")]
    assert read_signature(identity(inputs, outputs)).prediction.name == "only"


def test_of_several_outputs_the_prediction_has_to_be_named():
    inputs = [value("x", shape=["N", 1])]
    signature = read_signature(identity(inputs, [value("first"), value("second")]))
    with pytest.raises(UserError, match="has 2 outputs that can be the prediction: first"):
        assert signature.prediction
    assert signature.output("second").name == "second"
    with pytest.raises(UserError, match="no output third of one float or double per row"):
        signature.output("third")


@pytest.mark.parametrize(
    ("inputs", "found"),
    [
        ([value("x", shape=["N", 2]), value("z", shape=["N", 2])], "x float[N,2], z float[N,2]"),
        ([value("x", shape=["N", 2]), value("z")], "x float[N,2], z float[N,1]"),
        ([value("x", TensorProto.INT64, ["N", 2])], "x int64[N,2]"),
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
        "A regression model takes one [N, k] tensor of float or double, or one [N, 1] or [N] "
        f"tensor per feature; this one takes {found}. "
        "Export it again with one of these inputs, the batch dimension N left open or 1."
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
    graph = sum_of_columns()
    maps = helper.make_map_type_proto(
        TensorProto.INT64, helper.make_tensor_type_proto(TensorProto.FLOAT, None)
    )
    graph.graph.output[0].type.CopyFrom(helper.make_sequence_type_proto(maps))
    with pytest.raises(UserError, match=r"this one gives y sequence_type\[\?\]"):
        read_signature(graph)
