"""LightGBM's trees as an ONNX node, with the structure that `Booster.dump_model` returns."""

import numpy as np
import pandas as pd
import pytest
from graphs import predict
from splits import beside_splits

from training.errors import UserError
from training.lightgbm_trees import lightgbm_graph

NAN = np.nan


class Dumped:
    """A booster of one tree, with LightGBM's description of its structure."""

    def __init__(self, root, **model):
        tree = {"tree_structure": root}
        self._model = {
            "objective": "regression",
            "average_output": False,
            "max_feature_idx": 0,
            "tree_info": [tree, tree],
        } | model

    def dump_model(self):
        return self._model


def branch(threshold=0.1, **node):
    return {
        "split_feature": 0,
        "threshold": threshold,
        "decision_type": "<=",
        "default_left": True,
        "missing_type": "None",
        "left_child": {"leaf_value": 1.0},
        "right_child": {"leaf_value": 2.0},
    } | node


def answers(booster, *values):
    return predict(lightgbm_graph(booster), pd.DataFrame({"x": values})).tolist()


def test_the_trees_are_summed_or_averaged():
    assert answers(Dumped(branch()), 0.0, 1.0) == [2, 4]
    assert answers(Dumped(branch(), average_output=True), 0.0, 1.0) == [1, 2]
    assert answers(Dumped({"leaf_value": 3.0}), 0.0) == [6]


def test_a_threshold_is_compared_in_float64():
    assert answers(Dumped(branch()), 0.1, np.nextafter(0.1, 1)) == [2, 4]


def test_children_are_found_at_any_depth():
    deep = branch(left_child=branch(-1.0, right_child=branch(0.0)))
    assert answers(Dumped(deep), -2.0, -0.5, 0.05, 1.0) == [2, 2, 4, 4]


@pytest.mark.parametrize(
    ("threshold", "node", "expected"),
    [
        (0.1, {"missing_type": "NaN", "default_left": True}, 2),
        (0.1, {"missing_type": "NaN", "default_left": False}, 4),
        # Without NaN in the fit, NaN is 0.
        (0.1, {"default_left": False}, 2),
        (0.0, {"default_left": False}, 2),
        (-0.1, {"default_left": True}, 4),
    ],
)
def test_nan_goes_where_lightgbm_sends_it(threshold, node, expected):
    assert answers(Dumped(branch(threshold, **node)), NAN) == [expected]


@pytest.mark.parametrize(
    ("booster", "detail"),
    [
        (Dumped(branch(), objective="poisson"), "objective 'poisson'"),
        (Dumped(branch(), objective="regression sqrt"), "objective 'regression sqrt'"),
        (Dumped(branch(decision_type="=>")), "the decision =>"),
        (Dumped(branch("9||4096", decision_type="==")), "categories beyond 4096: renumber them"),
        (Dumped(branch(missing_type="Zero")), "zero_as_missing"),
        (Dumped({"leaf_value": 1.0, "leaf_coeff": [2.0]}), "linear trees"),
    ],
)
def test_what_the_node_cannot_do_is_refused(booster, detail):
    with pytest.raises(UserError) as error:
        lightgbm_graph(booster)
    assert str(error.value) == (
        f"There is no export of Dumped with {detail} here. Export it with another exporter, "
        "such as skl2onnx, and give the file its model card with 'run.py card'."
    )


def test_a_set_of_categories_goes_to_the_left():
    booster = Dumped(
        branch("0||3", decision_type="==", right_child=branch("5", decision_type="=="))
    )
    known = answers(booster, 0.0, 1.0, 3.0, 4.0, 5.0)
    assert known == [2, 4, 2, 4, 2]
    assert answers(booster, -1.0, 6.0, 1e18, NAN) == [4, 4, 4, 4]


def test_categories_of_pandas_are_refused():
    with pytest.raises(UserError, match="fitted on categories of pandas, instead of an Ordinal"):
        lightgbm_graph(Dumped(branch(), pandas_categorical=[["a", "b"]]))


def test_categories_go_the_way_they_go_in_lightgbm(lightgbm):
    random = np.random.default_rng(0)
    rows = pd.DataFrame({"a": random.normal(size=600), "b": random.integers(0, 70, 600) * 1.0})
    rows["c"] = random.integers(0, 3, 600) * 1.0
    target = rows["a"] + (rows["b"] % 7) ** 2 + 5 * (rows["c"] == 1)
    rows["b"] = rows["b"].mask(random.random(600) < 0.1)
    model = lightgbm.LGBMRegressor(n_estimators=40, min_child_samples=5, verbose=-1)
    model.fit(rows, target, categorical_feature=["b", "c"])
    unknown = pd.DataFrame({"a": 0.0, "b": [-1.0, 70, 1e6, NAN, 12], "c": [NAN, 3, 1, 1, 1]})
    for asked in (rows, unknown):
        np.testing.assert_allclose(
            predict(lightgbm_graph(model.booster_), asked), model.predict(asked), rtol=1e-6
        )
    decisions = model.booster_.trees_to_dataframe()["decision_type"]
    assert (decisions == "==").sum() > 40


def test_rows_go_the_way_they_go_in_lightgbm_on_both_sides_of_every_split(lightgbm):
    random = np.random.default_rng(0)
    rows = pd.DataFrame(random.normal(size=(300, 3)), columns=list("abc"))
    target = rows["a"] + rows["b"] ** 2 + 10
    rows = rows.mask(random.random(rows.shape) < 0.1)
    booster = lightgbm.train({"verbose": -1}, lightgbm.Dataset(rows, target), 30)
    splits = booster.trees_to_dataframe().dropna(subset="threshold")
    columns = splits["split_feature"].map(rows.columns.get_loc)
    beside = beside_splits(rows, columns, splits["threshold"])
    np.testing.assert_allclose(
        predict(lightgbm_graph(booster), beside), booster.predict(beside), rtol=1e-6
    )
