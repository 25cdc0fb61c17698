"""Trees as ONNX nodes, compared with the libraries that fitted them on both sides of every split.
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from graphs import predict
from sklearn.ensemble import ExtraTreesRegressor, GradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeRegressor
from splits import beside_splits

from training import ensemble, trees
from training.convert import to_onnx
from training.errors import UserError
from training.trees import round_down

RANDOM = np.random.default_rng(0)
ROWS = pd.DataFrame(RANDOM.normal(size=(300, 3)), columns=list("abc"))
TARGET = (ROWS["a"] * 3 + ROWS["b"] ** 2 + np.sin(ROWS["c"]) + 100).to_numpy()
FLOATS = dict.fromkeys(ROWS, "float")


@pytest.fixture(params=["one node", "parts"])
def operators(request, monkeypatch):
    """Make ensembles count as small, or as large with several parts; return their operators."""
    if request.param == "one node":
        return {"TreeEnsembleRegressor"}
    monkeypatch.setattr(trees, "LARGE", 0)
    monkeypatch.setattr(ensemble, "PART", 300)
    return {"TreeEnsemble"}


def of_trees(graph):
    return {node.op_type for node in graph.graph.node if node.op_type.startswith("Tree")}


def beside_splits_of(fitted):
    """Return rows beside the splits of scikit-learn's trees."""
    columns = np.concatenate([tree.feature for tree in fitted])
    thresholds = np.concatenate([tree.threshold for tree in fitted])
    branch = columns >= 0
    return beside_splits(ROWS, columns[branch], thresholds[branch], np.float32)


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [
        (0.5, 0.5),
        (0.1, np.nextafter(np.float32(0.1), np.float32(0))),  # The nearest float32 is above.
        (0.7, np.float32(0.7)),  # The nearest float32 is below.
        (-0.1, np.float32(-0.1)),
        (-0.7, np.nextafter(np.float32(-0.7), np.float32(-1))),
        (1 + 2**-24, 1.0),  # Half-way.
        (0.0, 0.0),
    ],
)
def test_a_threshold_is_rounded_down(threshold, expected):
    [rounded] = round_down(np.array([threshold]))
    assert rounded.dtype == np.float32
    assert rounded == expected
    assert float(rounded) <= threshold < float(np.nextafter(rounded, np.float32(np.inf)))


MODELS = {
    "boosting": GradientBoostingRegressor(random_state=0),
    "from zero": GradientBoostingRegressor(
        init="zero", learning_rate=0.5, loss="huber", random_state=0
    ),
    "forest": RandomForestRegressor(20, random_state=0),
    "extra trees": ExtraTreesRegressor(20, random_state=0),
    "tree": DecisionTreeRegressor(random_state=0),
}


@cache
def fitted(name):
    """Return a model of `MODELS`, rows beside its splits, and its predictions of them."""
    model = MODELS[name].fit(ROWS, TARGET)
    rows = beside_splits_of([tree.tree_ for tree in np.ravel(getattr(model, "estimators_", model))])
    return model, rows, model.predict(rows)


@pytest.mark.parametrize("kind", ["float", "double"])
@pytest.mark.parametrize("name", MODELS)
def test_a_row_goes_the_way_it_goes_in_scikit_learn(operators, name, kind):
    model, rows, expected = fitted(name)
    graph = to_onnx(model, dict.fromkeys(ROWS, kind))
    assert of_trees(graph) == operators
    np.testing.assert_allclose(predict(graph, rows), expected, rtol=1e-5)


def test_with_thresholds_rounded_to_the_nearest_some_rows_go_the_wrong_way(monkeypatch):
    monkeypatch.setattr(trees, "round_down", lambda thresholds: thresholds.astype(np.float32))
    model = RandomForestRegressor(20, random_state=0).fit(ROWS, TARGET)
    rows = beside_splits_of([tree.tree_ for tree in model.estimators_])
    error = np.abs(predict(to_onnx(model, FLOATS), rows) / model.predict(rows) - 1)
    assert np.mean(error > 1e-5) > 0.01


def test_a_forest_fitted_on_nan_takes_nan(operators):
    rows = ROWS.mask(RANDOM.random(ROWS.shape) < 0.2)
    model = RandomForestRegressor(20, random_state=0).fit(rows, TARGET)
    np.testing.assert_allclose(
        predict(to_onnx(model, FLOATS), rows), model.predict(rows), rtol=1e-5
    )


def test_a_tree_may_be_a_single_leaf(operators):
    model = RandomForestRegressor(3, max_depth=1, min_samples_leaf=200).fit(ROWS, TARGET)
    assert [tree.tree_.node_count for tree in model.estimators_] == [1, 1, 1]
    np.testing.assert_allclose(
        predict(to_onnx(model, FLOATS), ROWS), model.predict(ROWS), rtol=1e-6
    )


def test_only_large_ensembles_are_of_the_newer_operator(monkeypatch):
    model = RandomForestRegressor(2, random_state=0).fit(ROWS, TARGET)
    nodes = sum(tree.tree_.node_count for tree in model.estimators_)
    for largest, operator in ((nodes, "TreeEnsembleRegressor"), (nodes - 1, "TreeEnsemble")):
        monkeypatch.setattr(trees, "LARGE", largest)
        graph = to_onnx(model, FLOATS)
        assert of_trees(graph) == {operator}
        [version] = [each.version for each in graph.opset_import if each.domain == "ai.onnx.ml"]
        assert version == (5 if operator == "TreeEnsemble" else 3)


@pytest.mark.parametrize(
    ("model", "target", "message"),
    [
        (
            GradientBoostingRegressor(init=LinearRegression()),
            TARGET,
            r"There is no export of GradientBoostingRegressor with init=LinearRegression here\.",
        ),
        (
            RandomForestRegressor(2),
            np.column_stack([TARGET, TARGET]),
            r"There is no export of RandomForestRegressor with n_outputs_=2 here\.",
        ),
    ],
)
def test_what_is_more_than_the_sum_of_its_trees_is_refused(model, target, message):
    with pytest.raises(UserError, match=message):
        to_onnx(model.fit(ROWS, target), FLOATS)
