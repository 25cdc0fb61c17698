"""Pipelines that begin with a ColumnTransformer, as ONNX graphs, compared with scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from graphs import predict
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.svm import SVR

from training.convert import to_onnx
from training.errors import UserError
from training.signature import read_signature

RANDOM = np.random.default_rng(0)
NUMBERS = pd.DataFrame(RANDOM.normal(size=(100, 3)), columns=list("abc"))
TARGET = (NUMBERS["a"] * 3 + NUMBERS["b"] ** 2 + 10).to_numpy()

ROWS = NUMBERS.assign(
    floor=RANDOM.integers(0, 9, len(TARGET)),
    new=RANDOM.random(len(TARGET)) < 0.5,
    city=np.array(["Boston", "Salem", "Lynn", ""], dtype=object)[
        RANDOM.integers(0, 4, len(TARGET))
    ],
    side=np.array(["left", "right"], dtype=object)[RANDOM.integers(0, 2, len(TARGET))],
)
TYPES = dict.fromkeys(NUMBERS, "double") | {
    "floor": "int64",
    "new": "bool",
    "city": "string",
    "side": "string",
}
ONE_HOT = OneHotEncoder(handle_unknown="ignore", sparse_output=False)


def columns_of(*blocks):
    """Return a transformer of blocks of columns: transformer, columns."""
    return ColumnTransformer([(str(index), *block) for index, block in enumerate(blocks)])


def by_column(*blocks):
    """Return a fitted linear regression of blocks of columns: transformer, names."""
    return make_pipeline(columns_of(*blocks), LinearRegression()).fit(ROWS, TARGET)


def test_columns_of_all_types_are_predicted_as_by_scikit_learn():
    model = by_column(
        (StandardScaler(), ["b", "floor"]),
        ("passthrough", ["new"]),
        (ONE_HOT, ["side", "city"]),
        ("drop", ["c"]),
        (StandardScaler(), ["a"]),
    )
    graph = to_onnx(model, TYPES)
    assert [str(value) for value in read_signature(graph).inputs] == [
        f"{name} {kind}[N,1]" for name, kind in TYPES.items()
    ]
    np.testing.assert_allclose(predict(graph, ROWS), model.predict(ROWS), rtol=1e-12)


def test_an_unknown_category_counts_as_none():
    model = by_column((ONE_HOT, ["city"]), (StandardScaler(), ["a"]))
    rows = ROWS.assign(city="Providence")
    graph = to_onnx(model, TYPES)
    np.testing.assert_allclose(predict(graph, rows), model.predict(rows), rtol=1e-12)
    assert not np.allclose(predict(graph, rows), predict(graph, ROWS))


@pytest.mark.parametrize(
    "imputer",
    [
        SimpleImputer(missing_values="", strategy="constant", fill_value="Lynn"),
        SimpleImputer(missing_values="", strategy="most_frequent"),
    ],
    ids=str,
)
def test_missing_text_is_filled_in(imputer):
    model = by_column((make_pipeline(imputer, ONE_HOT), ["side", "city"]), ("passthrough", ["a"]))
    rows = ROWS.assign(side="")
    np.testing.assert_allclose(
        predict(to_onnx(model, TYPES), rows), model.predict(rows), rtol=1e-12
    )


@pytest.mark.parametrize(
    ("block", "found"),
    [
        (
            (OneHotEncoder(), ["city"]),
            "OneHotEncoder with handle_unknown='error' here. Fit it with handle_unknown='ignore', "
            "or export it with another exporter",
        ),
        ((OneHotEncoder(handle_unknown="ignore", drop="first"), ["city"]), "with drop='first'"),
        ((OneHotEncoder(handle_unknown="ignore", max_categories=2), ["city"]), "max_categories=2"),
        ((OneHotEncoder(handle_unknown="ignore"), ["floor"]), "of other values than strings"),
        ((OrdinalEncoder(), ["city"]), "OrdinalEncoder with handle_unknown='error'"),
        (
            (make_pipeline(SimpleImputer(strategy="most_frequent"), ONE_HOT), ["city"]),
            "SimpleImputer with missing_values=nan",
        ),
        ((ONE_HOT, ["a", "city"]), "that puts strings and numbers side by side"),
        ((columns_of(("drop", ["a"])), ["a"]), "ColumnTransformer that leaves no column"),
    ],
)
def test_columns_that_are_not_known_are_named(block, found):
    with pytest.raises(UserError) as error:
        to_onnx(by_column(block, ("passthrough", ["b"])), TYPES)
    assert found in str(error.value)


@pytest.mark.parametrize(
    "blocks",
    [
        [(StandardScaler(), ["a", "b"]), (ONE_HOT, [])],
        [(StandardScaler(), [0, 2]), (ONE_HOT, [5, -1])],
        [(StandardScaler(), slice(0, 2)), (ONE_HOT, slice("city", "side"))],
        [(StandardScaler(), [True, True, *[False] * 5])],
        [(StandardScaler(), make_column_selector("a|b")), ("drop", make_column_selector("z"))],
        [(columns_of((StandardScaler(), ["b"]), (ONE_HOT, ["city"])), ["a", "b", "city"])],
    ],
)
def test_columns_may_be_chosen_in_any_way(blocks):
    model = by_column(*blocks)
    np.testing.assert_allclose(
        predict(to_onnx(model, TYPES), ROWS), model.predict(ROWS), rtol=1e-12
    )


@pytest.mark.parametrize("output", ["default", "pandas"])
def test_a_later_step_may_choose_columns(output):
    first = columns_of((StandardScaler(), ["b", "a"]), (ONE_HOT, ["city"])).set_output(
        transform=output
    )
    second = ColumnTransformer([("some", StandardScaler(), [1, 3])], remainder="passthrough")
    model = make_pipeline(first, second, LinearRegression()).fit(ROWS, TARGET)
    np.testing.assert_allclose(
        predict(to_onnx(model, TYPES), ROWS), model.predict(ROWS), rtol=1e-12
    )


@pytest.mark.parametrize("regressor", [SVR(), KNeighborsRegressor(1)], ids=str)
def test_a_regressor_may_hold_sparse_rows(regressor):
    columns = columns_of((OneHotEncoder(handle_unknown="ignore"), ["city"]))
    columns.set_params(sparse_threshold=1)
    model = make_pipeline(columns, regressor).fit(ROWS.drop_duplicates("city"), TARGET[:4])
    np.testing.assert_allclose(predict(to_onnx(model, TYPES), ROWS), model.predict(ROWS))


@pytest.mark.parametrize("unknown", [-1, np.nan], ids=str)
def test_categories_are_numbered(unknown):
    ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=unknown)
    steps = (ordinal, SimpleImputer(strategy="constant", fill_value=-2))
    model = by_column((make_pipeline(*steps), ["side", "city"]), ("passthrough", ["a"]))
    graph = to_onnx(model, TYPES)
    for rows in (ROWS, ROWS.assign(city="Providence")):
        np.testing.assert_allclose(predict(graph, rows), model.predict(rows), rtol=1e-12)
