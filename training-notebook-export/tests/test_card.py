import numpy as np
import pandas as pd
import pytest
from graphs import sum_of_columns

from training.card import KEY, load_model, read_card, write_card
from training.describe import describe_features, describe_target
from training.errors import UserError


def metadata(model):
    return {entry.key: entry.value for entry in model.metadata_props}


def with_card(text):
    model = sum_of_columns()
    model.metadata_props.add(key=KEY, value=text)
    return model


def test_a_card_comes_back_as_it_was_written_and_other_metadata_stays():
    model = sum_of_columns()
    model.metadata_props.add(key="author", value="Ada")
    write_card(model, {"name": "old"})
    write_card(model, {"name": "new", "target": {"unit": "m²"}, "x": [0.1, 1, True]})
    assert read_card(model) == {"name": "new", "target": {"unit": "m²"}, "x": [0.1, 1, True]}
    assert metadata(model).keys() == {"author", KEY}
    assert metadata(model)["author"] == "Ada"


def test_characters_beyond_16_bits_are_written_as_escapes():
    model = sum_of_columns()
    write_card(model, {"name": "m²", "description": "🏠 \U0010ffff"})
    assert metadata(model)[KEY] == r'{"name": "m²", "description": "\ud83c\udfe0 \udbff\udfff"}'
    assert read_card(model)["description"] == "🏠 \U0010ffff"


def test_features_are_described_by_type_range_and_text():
    rows = pd.DataFrame(
        {
            "area": [60.0, float("nan"), 50.0],
            "rooms": [1, 2, 6],
            "new": [True, False, False],
            "city": ["b", "a", "a"],
            "empty": [float("nan")] * 3,
            "constant": [0.1] * 3,
        }
    )
    types = dict(zip(rows, ["float", "int64", "bool", "string", "double", "double"], strict=True))
    texts = {"area": {"unit": "m²", "description": "Of the flat."}}
    features = describe_features(rows, types, texts, missing=["area", "empty"])
    assert [feature.pop("histogram", None) for feature in features] == [
        {"edges": [50, 55, 60], "counts": [1, 1]},
        {"edges": [1, 1.5, 4, 6], "counts": [1, 1, 1]},
        {"counts": {"false": 2, "true": 1}},
        {"counts": {"a": 2, "b": 1}},
        None,
        None,
    ]
    assert features == [
        {
            "name": "area",
            "type": "float",
            "unit": "m²",
            "description": "Of the flat.",
            "min": 50.0,
            "max": 60.0,
            "mean": 55.0,
            "missing": "allowed",
        },
        {"name": "rooms", "type": "int64", "min": 1, "max": 6, "mean": 3.0},
        {"name": "new", "type": "bool", "min": 0, "max": 1, "mean": pytest.approx(1 / 3)},
        {"name": "city", "type": "string"},
        {"name": "empty", "type": "double", "missing": "allowed"},
        {"name": "constant", "type": "double", "min": 0.1, "max": 0.1, "mean": 0.1},
    ]


def test_the_target_is_described_by_text_and_histogram_but_not_where_all_values_are_the_same():
    price = {"name": "price", "unit": "EUR"}
    assert describe_target(price, np.array([3.0, 1, 1])) == price | {
        "histogram": {"edges": [1, 2, 3], "counts": [2, 1]}
    }
    assert describe_target(price, np.array([3.0, 3])) == price


def test_a_model_without_a_card_is_named():
    with pytest.raises(UserError, match=r"has 0 metadata entries model_card and needs one\. Write"):
        read_card(sum_of_columns())


def test_two_cards_are_too_many():
    model = with_card("{}")
    model.metadata_props.add(key=KEY, value="{}")
    with pytest.raises(UserError, match="has 2 metadata entries model_card and needs one"):
        read_card(model)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "Expecting property name"),
        ('{"r2": NaN}', "NaN is no finite number"),
        ('{"r2": 1e999}', "1e999 is no finite number"),
        (f'{{"r2": {10**400}}}', "10+ is no finite number"),
        ('{"a": 1, "a": 2}', "a name occurs twice among a, a"),
    ],
)
def test_a_card_that_is_no_json_is_refused(text, message):
    with pytest.raises(UserError, match=f"The model card is no JSON document: {message}.*Write it"):
        read_card(with_card(text))


def test_a_file_that_is_no_model_is_refused(tmp_path):
    (tmp_path / "text.onnx").write_text("no model")
    for name in ("text.onnx", "gone.onnx"):
        with pytest.raises(UserError, match=rf"The model .*{name} cannot be read: .*\. Give the"):
            load_model(tmp_path / name)


def test_a_card_that_is_too_deep_is_refused():
    graph = sum_of_columns()
    graph.metadata_props.add(key=KEY, value="[" * 100_000 + "]" * 100_000)
    with pytest.raises(UserError, match=r"too many arrays or objects inside each other\. Write it"):
        read_card(graph)
