import json

import numpy as np
import onnx
import pytest
from graphs import blocks, classifier, model, one_input_per_feature, sum_of_columns, tree, value
from onnx import TensorProto, helper

from training.annotate import annotate
from training.card import load_model, read_card
from training.check import check
from training.errors import UserError
from training.files import sha256
from training.fingerprint import contains
from training.outputs import Outputs
from training.row_hash import row_hash
from training.signature import read_signature

ROWS = "a,b,price\n1,2,4\n3,4,6\n5,6,11\n"
IDENTITY = {"name": "tiny", "version": "1"}
PRICE = {"name": "price"}


def test_a_one_tensor_model_gets_a_card_from_the_header_and_the_rows(save, csv):
    path, rows = save(sum_of_columns()), csv(ROWS)
    card = annotate(path, path, rows, IDENTITY | {"description": "Sum."}, PRICE | {"unit": "EUR"})
    # Predictions 3, 7, 11; targets 4, 6, 11 with the mean 7 and squared deviations of 26.
    assert card == {
        "name": "tiny",
        "version": "1",
        "description": "Sum.",
        "target": {
            **{"name": "price", "unit": "EUR"},
            "histogram": {"edges": [4, 5, 8.5, 11], "counts": [1, 1, 1]},
        },
        "features": [
            {
                **{"name": "a", "type": "float", "min": 1, "max": 5, "mean": 3},
                "histogram": {"edges": [1, 2, 4, 5], "counts": [1, 1, 1]},
            },
            {
                **{"name": "b", "type": "float", "min": 2, "max": 6, "mean": 4},
                "histogram": {"edges": [2, 3, 5, 6], "counts": [1, 1, 1]},
            },
        ],
        "held_out": {
            "rmse": pytest.approx((2 / 3) ** 0.5),
            "mae": pytest.approx(2 / 3),
            "r2": pytest.approx(1 - 2 / 26),
            "rows": 3,
        },
        "data_sha256": sha256(rows),
        "example": {"a": 3, "b": 4},
        "background": [[1, 2], [5, 6], [3, 4]],
    }
    assert read_card(load_model(path)) == card
    onnx.checker.check_model(path)


def test_a_model_with_one_input_per_feature_gets_its_names_and_types(save, csv):
    path = save(one_input_per_feature())
    text = "price,is_new,area,rooms,city,id\n153,0,50,3,Boston,x\n1004,1,,4,,y\n5,0,1,4,,z\n"
    card = annotate(path, path, csv(text), IDENTITY, PRICE, missing=["area", "city"])
    assert [feature.pop("histogram") for feature in card["features"]] == [
        {"counts": {"": 2, "Boston": 1}},
        {"edges": [3, 3.5, 4], "counts": [1, 2]},
        {"edges": [1, 25.5, 50], "counts": [1, 1]},
        {"counts": {"false": 2, "true": 1}},
    ]
    background = [["Boston", 3, 50, False], [None, 4, None, True], [None, 4, 1, False]]
    assert sorted(card["background"], key=str) == sorted(background, key=str)
    assert card["features"] == [
        {"name": "city", "type": "string", "missing": "allowed"},
        {"name": "rooms", "type": "int64", "min": 3, "max": 4, "mean": pytest.approx(11 / 3)},
        {"name": "area", "type": "float", "min": 1, "max": 50, "mean": 25.5, "missing": "allowed"},
        {"name": "is_new", "type": "bool", "min": 0, "max": 1, "mean": pytest.approx(1 / 3)},
    ]
    assert card["held_out"] == {"rmse": 0, "mae": 0, "r2": 1, "rows": 3}
    assert json.dumps(card["example"]) == '{"city": "", "rooms": 4, "area": 1.0, "is_new": false}'


BLOCKS = "w,d,price,c,b,a\n7,new,1128,Boston,2,1\n0,,0,,0,0\n-1,new,1029,new,3,0\n"


@pytest.mark.parametrize("batch", ["N", 1])
def test_blocks_get_a_card_with_the_inputs_of_their_features(save, csv, batch):
    path = save(blocks(batch))
    features = ["cat=c; num=a", "b; w; cat=d"]
    card = annotate(path, path, csv(BLOCKS), IDENTITY, PRICE, features, missing=["d"])
    described = [
        (feature["name"], feature["type"], feature.get("input")) for feature in card["features"]
    ]
    assert described == [
        ("c", "string", "cat"),
        ("a", "float", "num"),
        ("b", "float", "num"),
        ("w", "int64", None),
        ("d", "string", "cat"),
    ]
    # 1 + 20 + 100 + 1000 + 7 against 1128; 0; 30 + 2000 - 1 against 1029.
    assert card["held_out"]["mae"] == pytest.approx(1000 / 3)
    check(read_card(load_model(path)), read_signature(load_model(path)))


@pytest.mark.parametrize(
    ("features", "message"),
    [
        (None, r"takes num float\[N,2\], cat string\[N,2\], w int64\[N\], and does not contain"),
        ("a,b,c,d,w", "--features does not say for which of them it names 'a,b,c,d,w'"),
        ("num=a,b;dog=c,d;w", "does not say for which of them it names 'dog=c,d'"),
        ("num=a,b;cat=c;w", r"cat string\[N,2\] takes 2 columns and 1 are named: c"),
        ("num=a,b;cat=c,d", r"no feature is named for the input w int64\[N\]"),
        ("num=a,b;cat=a,d;w", "The feature a is named twice"),
        ("num=a,b;cat=c,price;w", "The target price is also a feature"),
    ],
)
def test_blocks_that_are_named_wrongly_are_refused(save, csv, features, message):
    path = save(blocks())
    with pytest.raises(UserError, match=message) as error:
        annotate(path, path, csv(BLOCKS), IDENTITY, PRICE, features and features.split(","))
    if "twice" not in message and "target" not in message:
        assert "num=num1,num2;cat=cat1,cat2;w" in str(error.value)


def test_columns_may_hold_equal_signs(save, csv):
    path = save(sum_of_columns())
    rows = csv("sex=m,sex=f,price\n1,2,4\n3,4,6\n5,6,11\n")
    for features in (None, ["sex=m", "sex=f"], ["x=sex=m", "sex=f"]):
        card = annotate(path, path, rows, IDENTITY, PRICE, features)
        assert [feature["name"] for feature in card["features"]] == ["sex=m", "sex=f"]
        assert "input" not in card["features"][0]


def test_a_tree_gets_a_card_with_the_producers_version(save, csv):
    forest = tree()
    forest.producer_name, forest.producer_version = "skl2onnx", "1.20"
    path = save(forest)
    card = annotate(path, path, csv("a,b,price\n0,0,10\n1,0,20\n"), IDENTITY, PRICE)
    assert card["held_out"]["rmse"] == 0
    assert card["libraries"] == {"skl2onnx": "1.20"}


def test_other_metadata_and_the_graph_stay_as_they_are(save, csv, tmp_path):
    original = sum_of_columns(TensorProto.DOUBLE)
    original.metadata_props.add(key="author", value="Ada")
    output = tmp_path / "new" / "carded.onnx"
    annotate(save(original), output, csv(ROWS), IDENTITY, PRICE)
    carded = load_model(output)
    assert carded.graph == original.graph
    assert carded.metadata_props[0] == original.metadata_props[0]


def test_columns_can_be_named_in_order(save, csv):
    path = save(sum_of_columns())
    rows = csv("id,b,price,a\nx,2,4,1\ny,4,6,3\n")
    card = annotate(path, path, rows, IDENTITY, PRICE, features=["b", "a"])
    assert [feature["name"] for feature in card["features"]] == ["b", "a"]


def test_of_several_outputs_one_is_named_as_the_prediction(save, csv):
    x = value("x", shape=["N", 1])
    nodes = [
        helper.make_node("Neg", ["x"], ["negative"]),
        helper.make_node("Identity", ["x"], ["same"]),
    ]
    path = save(model(nodes, [x], [value("negative"), value("same")]))
    rows = csv("price,x\n1,1\n2,2\n3,3\n")
    with pytest.raises(
        UserError, match=r"has 2 outputs \[N\] or \[N, 1\] that can be the prediction: neg"
    ):
        annotate(path, path, rows, IDENTITY, PRICE)
    card = annotate(path, path, rows, IDENTITY, PRICE, outputs=Outputs("same"))
    assert card["target"]["output"] == "same"
    assert card["held_out"]["rmse"] == 0


def three_columns(save):
    """Save a model of x [N, 1] with the outputs low, mid, high, and one with x - 1, x, x + 2."""
    nodes = [
        helper.make_node("Add", ["x", "minus"], ["low"]),
        helper.make_node("Identity", ["x"], ["mid"]),
        helper.make_node("Add", ["x", "plus"], ["high"]),
        helper.make_node("Concat", ["low", "mid", "high"], ["all"], axis=1),
        helper.make_node("Concat", ["low", "high"], ["both"], axis=1),
    ]
    outputs = [value(name) for name in ("low", "mid", "high")]
    outputs += [value("all", shape=["N", 3]), value("both", shape=["N", 2])]
    constants = {"minus": np.float32([-1]), "plus": np.float32([2])}
    return save(model(nodes, [value("x")], outputs, constants))


@pytest.mark.parametrize(
    ("outputs", "target", "interval"),
    [
        (
            Outputs(levels=[0.05, 0.5, 0.95]),
            {"output": "all", "levels": [0.05, 0.5, 0.95]},
            {"level": 0.9, "method": "Quantiles that the model predicts.", "output": "all"},
        ),
        (
            Outputs(interval=["low", "high"], level=0.8),
            {},
            {"level": 0.8, "method": "Outputs of the model.", "outputs": ["low", "high"]},
        ),
        (
            Outputs("mid", interval=["both"], level=0.8),
            {"output": "mid"},
            {"level": 0.8, "method": "Outputs of the model.", "output": "both"},
        ),
    ],
)
def test_a_card_describes_the_bounds_that_a_model_predicts(save, csv, outputs, target, interval):
    path = three_columns(save)
    # All rows but the third are inside the bounds.
    rows = csv("price,x\n1,1\n2,3\n9,4\n7,5\n")
    card = annotate(path, path, rows, IDENTITY, PRICE, outputs=outputs)
    assert {
        key: card["target"][key] for key in card["target"].keys() - {"name", "histogram"}
    } == target
    assert card["interval"] == interval | {"coverage": 0.75}
    assert card["held_out"]["mae"] == (0 + 1 + 5 + 2) / 4


@pytest.mark.parametrize(
    ("outputs", "message"),
    [
        (Outputs(), r"has 3 outputs \[N\] or \[N, 1\] that can be the prediction: low float"),
        (Outputs("all"), r"no output all \[N\] or \[N, 1\] of a floating point type, only low"),
        (Outputs(levels=[0.1, 0.9]), r"levels are 0\.1, 0\.9\. Give two or more"),
        (Outputs(levels=[0.5, 0.1]), r"levels are 0\.5, 0\.1\. Give two or more"),
        (Outputs(levels=[0.1, 0.3, 0.5, 0.9]), r"has no outputs \[N, 4\].* Give one level for"),
        (Outputs("mid", interval=["low", "high"]), "2 outputs of the model, of level None"),
        (
            Outputs("mid", interval=["low", "top"], level=0.9),
            r"no output top \[N\] or \[N, 1\] of.*--interval",
        ),
        (Outputs("mid", interval=["mid", "high"], level=0.9), "no output mid"),
        (Outputs("mid", interval=["all"], level=0.9), r"no output all \[N, 2\] of.*--interval"),
    ],
)
def test_outputs_that_do_not_fit_are_refused(save, csv, outputs, message):
    path, rows = three_columns(save), csv("price,x\n1,1\n2,3\n9,4\n")
    with pytest.raises(UserError, match=message):
        annotate(path, path, rows, IDENTITY, PRICE, outputs=outputs)


def test_an_interval_is_calibrated_on_the_rows(save, csv):
    path = save(sum_of_columns())
    # The absolute residuals are 1 to 9; the one of rank ⌈10 · 0.8⌉ is 8.
    rows = "a,b,price\n" + "".join(f"{i},0,{i + (-1) ** i * i}\n" for i in range(1, 10))
    card = annotate(path, path, csv(rows), IDENTITY, PRICE, outputs=Outputs(level=0.8))
    assert card["interval"] == {
        "level": 0.8,
        "method": "Split conformal: absolute residuals of rows that the model was not fitted on.",
        "lower": -8,
        "upper": 8,
        "calibration_rows": 9,
    }


@pytest.mark.parametrize(
    ("name", "output"), [("🏠", "y"), ("x", "🏠"), ("🏠", "🏠2"), ("x", "🏠\0")]
)
def test_names_that_the_runtime_alters_in_java_are_refused(save, csv, name, output):
    path = save(model([helper.make_node("Neg", [name], [output])], [value(name)], [value(output)]))
    with pytest.raises(UserError, match=r"the graph's 🏠.* beyond U.FFFF, such as emoji, which"):
        annotate(path, path, csv(f"price,{name}\n1,1\n2,3\n9,4\n"), IDENTITY, PRICE)


def test_a_fingerprint_of_the_rows_trained_on_can_be_added(save, csv):
    path, rows = save(sum_of_columns()), csv(ROWS)
    trained = csv("b,a,price\n2.0,1.5,4\n2,1.50,5\n8,7,15\n", "trained.csv")
    card = annotate(path, path, rows, IDENTITY, PRICE, trained_on=trained)
    fingerprint = card["fingerprint"]
    assert fingerprint["columns"] == ["a", "b"]
    assert (fingerprint["rows"], fingerprint["distinct"]) == (3, 2)
    assert contains(fingerprint, row_hash({"a": "7", "b": "8"}))
    assert not contains(fingerprint, row_hash({"a": "1", "b": "2"}))
    assert read_card(load_model(path)) == card


def test_rows_that_the_model_was_trained_on_are_refused(save, csv, tmp_path):
    path, rows = save(sum_of_columns()), csv(ROWS)
    before = path.read_bytes()
    trained = csv("b,a,price\n6,5.0,9\n9,9,9\n4,+3,0\n", "trained.csv")
    with pytest.raises(UserError) as error:
        annotate(path, path, rows, IDENTITY, PRICE, trained_on=trained)
    assert str(error.value) == (
        f"The model was trained on 2 of the 3 rows in {rows}: "
        f"the first is in line 3, and {trained} has it, too. "
        "Give rows that the model has not seen."
    )
    assert path.read_bytes() == before
    with pytest.raises(UserError, match="trained on 3 of the 3 rows in"):
        annotate(path, path, rows, IDENTITY, PRICE, trained_on=rows)


def test_the_columns_of_a_fingerprint_can_be_given(save, csv):
    path, rows = save(sum_of_columns()), csv("id,a,b,price\n1,1,2,4\n2,3,4,6\n")
    trained = csv("id,a,b,price\n3,1,2,4\n", "trained.csv")
    options = {"features": ["a", "b"], "trained_on": trained}
    card = annotate(path, path, rows, IDENTITY, PRICE, **options, split_by=["id"])
    assert card["fingerprint"]["columns"] == ["id"]
    with pytest.raises(UserError, match=r"trained on 1 of the 2 rows in .* in line 2, and"):
        annotate(path, path, rows, IDENTITY, PRICE, **options, split_by=["b", "a"])
    with pytest.raises(UserError, match="has no column z"):
        annotate(path, path, rows, IDENTITY, PRICE, **options, split_by=["z"])


def external(save):
    weights = {"save_as_external_data": True, "location": "weights.bin", "size_threshold": 0}
    product = helper.make_node("MatMul", ["x", "ones"], ["y"])
    ones = {"ones": np.ones((2, 1), np.float32)}
    return save(model([product], [value("x", shape=["N", 2])], [value("y")], ones), **weights)


def test_weights_in_another_file_stay_there(save, csv, tmp_path):
    path = external(save)
    weights = (tmp_path / "weights.bin").read_bytes()
    annotate(path, tmp_path / "carded.onnx", csv(ROWS), IDENTITY, PRICE)
    carded = load_model(tmp_path / "carded.onnx")
    check(read_card(carded), read_signature(carded, path))
    assert onnx.external_data_helper.uses_external_data(carded.graph.initializer[0])
    assert (tmp_path / "weights.bin").read_bytes() == weights


def test_an_output_that_would_not_find_its_weights_is_refused(save, csv, tmp_path):
    path, output = external(save), tmp_path / "elsewhere" / "carded.onnx"
    for found in (None, b"others"):
        if found:
            output.parent.mkdir()
            (output.parent / "weights.bin").write_bytes(found)
        with pytest.raises(UserError) as error:
            annotate(path, output, csv(ROWS), IDENTITY, PRICE)
        assert str(error.value) == (
            f"The model keeps weights in {tmp_path / 'weights.bin'}, "
            f"and {output.parent / 'weights.bin'} is no copy of it. "
            "Copy it there first, or write the output beside the model."
        )
    (output.parent / "weights.bin").write_bytes((tmp_path / "weights.bin").read_bytes())
    annotate(path, output, csv(ROWS), IDENTITY, PRICE)
    assert read_card(load_model(output))["name"] == "tiny"


@pytest.mark.parametrize(
    ("graph", "rows", "options", "message"),
    [
        (classifier(), ROWS, {}, r"gives label int64\[N\].*\. Export a regressor"),
        (
            sum_of_columns(),
            "a,c,b,price\n1,2,3,4\n",
            {},
            "x float\\[N,2\\] takes 2 columns and 3 are named: a, c, b",
        ),
        (
            sum_of_columns(),
            ROWS,
            {"features": ["a"]},
            r"and 1 are named: a\. Name them in order with",
        ),
        (sum_of_columns(), ROWS, {"features": ["a", "price"]}, "target price is also a feature"),
        (sum_of_columns(), ROWS, {"features": ["a", "z"]}, "has no column z"),
        (
            sum_of_columns(),
            ROWS.replace("price", "cost"),
            {"features": ["a", "b"]},
            "no column price",
        ),
        (one_input_per_feature(), ROWS, {}, "has no column city, rooms, area, is_new"),
        (
            one_input_per_feature(),
            ROWS,
            {"missing": ["rooms"]},
            "rooms cannot be missing, being int64",
        ),
        (
            sum_of_columns(),
            ROWS,
            {"missing": ["z"]},
            "z cannot be missing, being none of the model",
        ),
        (sum_of_columns(), ROWS.replace("1", "", 1), {}, "holds nothing, in column a"),
        (sum_of_columns(), "a,b,price\n1,2,3\n", {}, "target is the same in all 1 rows"),
        (
            sum_of_columns(),
            ROWS,
            {"outputs": Outputs(level=0.9)},
            "needs 9 rows to calibrate on, and there are 3",
        ),
        (
            sum_of_columns(),
            ROWS,
            {"identity": {"name": "A", "version": "1"}},
            r"name 'A' cannot be on",
        ),
        (sum_of_columns(batch=5), ROWS, {}, r"takes x float\[5,2\]"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_written(save, csv, graph, rows, options, message):
    path = save(graph)
    before = path.read_bytes()
    with pytest.raises(UserError, match=message):
        annotate(path, path, csv(rows), options.pop("identity", IDENTITY), PRICE, **options)
    assert path.read_bytes() == before
    assert {file.name for file in path.parent.iterdir()} == {"model.onnx", "rows.csv"}


@pytest.mark.parametrize("output", ["rows.csv", "trained.csv"])
def test_the_rows_are_not_overwritten(tmp_path, output):
    rows, trained = tmp_path / "rows.csv", tmp_path / "trained.csv"
    with pytest.raises(UserError, match=f"{output} is read, and would be overwritten"):
        annotate(
            tmp_path / "model.onnx",
            tmp_path / output,
            rows,
            {"name": "m", "version": "1"},
            {"name": "price"},
            trained_on=trained,
        )
