"""XGBoost's trees as ONNX nodes, compared with XGBoost itself if it is installed."""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from graphs import predict
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from training.convert import to_onnx
from training.errors import UserError

RANDOM = np.random.default_rng(0)
ROWS = pd.DataFrame(RANDOM.normal(size=(300, 3)), columns=list("abc"))
TARGET = (ROWS["a"] * 3 + ROWS["b"] ** 2 + 20).to_numpy()
FLOATS = dict.fromkeys(ROWS, "float")
STUMP = {
    "left_children": [1, -1, -1],
    "right_children": [2, -1, -1],
    "split_indices": [1, 0, 0],
    "split_conditions": [0.1, 2.0, 4.0],
    "split_type": [0, 0, 0],
    "default_left": [1, 0, 0],
}


def by_category(right, default_left=1):
    """Return a stump whose root splits by category."""
    return STUMP | {
        "split_type": [1, 0, 0],
        "split_conditions": [np.nan, 2.0, 4.0],
        "default_left": [default_left, 0, 0],
        "categories": right,
        "categories_nodes": [0],
        "categories_segments": [0],
        "categories_sizes": [len(right)],
    }


class XGBRegressor:
    """The part of XGBRegressor that the export reads, with trees in the form of its JSON."""

    __module__ = "xgboost.sklearn"

    def __init__(self, trees, objective="reg:squarederror", booster="gbtree", base="[5E-1]", **own):
        self.missing, self.n_features_in_ = np.nan, 3
        self.__dict__ |= own
        self._learner = {
            "objective": {"name": objective},
            "gradient_booster": {"name": booster, "model": {"trees": trees}},
            "learner_model_param": {"base_score": base},
        }
        self._rounds = len(trees)

    def get_booster(self):
        text = json.dumps({"learner": self._learner}).encode()
        return SimpleNamespace(save_raw=lambda _: text, num_boosted_rounds=lambda: self._rounds)


@pytest.mark.parametrize("base", ["[5E-1]", "5E-1"])
def test_a_row_below_the_threshold_goes_to_the_left_and_nan_by_default(base):
    graph = to_onnx(XGBRegressor([STUMP, STUMP], base=base), FLOATS)
    at = np.float32(0.1)
    below = np.nextafter(at, np.float32(0))
    rows = pd.DataFrame({"a": 0.0, "b": [below, at, np.nan], "c": 0.0})
    assert predict(graph, rows).tolist() == [4.5, 8.5, 4.5]


@pytest.mark.parametrize(("default_left", "of_nan"), [(1, 2), (0, 4)])
def test_a_set_of_categories_goes_to_the_right(default_left, of_nan):
    graph = to_onnx(XGBRegressor([by_category([0, 3], default_left)], base="0"), FLOATS)
    rows = pd.DataFrame({"a": 0.0, "b": [0.0, 1, 2, 3, 4, -1, 1e9, np.nan], "c": 0.0})
    assert predict(graph, rows).tolist() == [4, 2, 2, 4, 2, 2, 2, of_nan]


def test_where_it_stopped_early_the_best_rounds_count():
    model = XGBRegressor([STUMP] * 5, early_stopping_rounds=2, best_iteration=2)
    rows = pd.DataFrame({"a": [0.0], "b": 0.0, "c": 0.0})
    assert predict(to_onnx(model, FLOATS), rows).tolist() == [6.5]


@pytest.mark.parametrize(
    ("model", "found"),
    [
        (XGBRegressor([STUMP], objective="count:poisson"), "objective='count:poisson'"),
        (XGBRegressor([STUMP], booster="dart"), "booster='dart'"),
        (XGBRegressor([STUMP], missing=-1), "missing=-1"),
        (XGBRegressor([STUMP], base="[1E0,2E0]"), "2 targets"),
        (XGBRegressor([by_category([1, 4096])]), "categories beyond 4096: renumber them"),
    ],
)
def test_what_is_more_than_a_sum_of_trees_is_refused(model, found):
    with pytest.raises(UserError) as error:
        to_onnx(model, FLOATS)
    assert str(error.value).startswith(f"There is no export of XGBRegressor with {found} here.")


def test_xgboost_itself_predicts_the_same(xgboost):
    gaps = ROWS.mask(RANDOM.random(ROWS.shape) < 0.2)
    model = xgboost.XGBRegressor(n_estimators=50, n_jobs=1).fit(gaps, TARGET)
    np.testing.assert_allclose(
        predict(to_onnx(model, FLOATS), gaps), model.predict(gaps), rtol=1e-5
    )


@pytest.mark.parametrize("one_hot", [4, 100])
def test_xgboost_itself_predicts_the_same_by_category(xgboost, one_hot):
    rows = ROWS.assign(b=RANDOM.integers(0, 40, len(ROWS)) * 1.0)
    target = rows["a"] + (rows["b"] % 7) ** 2
    rows["b"] = rows["b"].mask(RANDOM.random(len(ROWS)) < 0.1)
    model = xgboost.XGBRegressor(
        n_estimators=20,
        tree_method="approx",
        enable_categorical=True,
        feature_types=["q", "c", "q"],
        max_cat_to_onehot=one_hot,
    ).fit(rows.to_numpy(), target)
    unknown = rows.head(6).assign(b=[-1.0, 40, 63, 64, 1e6, np.nan])
    for asked in (rows, unknown):
        np.testing.assert_allclose(
            predict(to_onnx(model, FLOATS), asked), model.predict(asked.to_numpy()), rtol=1e-5
        )


def test_a_fit_on_sparse_rows_is_refused_because_their_zeros_are_missing(xgboost):
    rows = pd.DataFrame({"city": list("abcdefgh") * 10})
    columns = ColumnTransformer([("all", OneHotEncoder(handle_unknown="ignore"), ["city"])])
    model = make_pipeline(columns, xgboost.XGBRegressor(n_estimators=2)).fit(rows, np.arange(80.0))
    with pytest.raises(UserError, match=r"zeros it takes as missing\. Fit it .*sparse_threshold=0"):
        to_onnx(model, {"city": "string"})
    columns.set_params(sparse_threshold=0)
    graph = to_onnx(model.fit(rows, np.arange(80.0)), {"city": "string"})
    np.testing.assert_allclose(predict(graph, rows), model.predict(rows), rtol=1e-5)
