"""HistGradientBoostingRegressor as ONNX nodes, compared with scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from graphs import predict
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder
from splits import beside_splits

from training.convert import to_onnx
from training.errors import UserError

RANDOM = np.random.default_rng(0)
ROWS = pd.DataFrame(RANDOM.normal(size=(600, 3)), columns=list("abc"))
TARGET = (ROWS["a"] * 3 + ROWS["b"] ** 2 + np.sin(ROWS["c"]) + 20).to_numpy()
DOUBLES = dict.fromkeys(ROWS, "double")
ORDINAL = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)


@pytest.mark.parametrize("loss", ["squared_error", "absolute_error", "poisson", "gamma"])
def test_a_row_goes_the_way_it_goes_in_scikit_learn(loss):
    model = HistGradientBoostingRegressor(loss=loss, max_iter=30).fit(ROWS, TARGET)
    nodes = np.concatenate([each.nodes for [each] in model._predictors])
    nodes = nodes[nodes["is_leaf"] == 0]
    rows = beside_splits(ROWS, nodes["feature_idx"], nodes["num_threshold"])
    graph = to_onnx(model, DOUBLES)
    np.testing.assert_allclose(predict(graph, rows), model.predict(rows), rtol=1e-6)


def test_nan_goes_the_way_it_went_in_the_fit():
    gaps = ROWS.mask(RANDOM.random(ROWS.shape) < 0.2)
    model = HistGradientBoostingRegressor(max_iter=30).fit(gaps, TARGET)
    without = HistGradientBoostingRegressor(max_iter=30).fit(ROWS, TARGET)
    for fitted in (model, without):
        graph = to_onnx(fitted, DOUBLES)
        np.testing.assert_allclose(predict(graph, gaps), fitted.predict(gaps), rtol=1e-6)


def test_categories_are_split_by_sets_of_them():
    words = np.array([f"word {number}" for number in range(60)], dtype=object)
    rows = ROWS.assign(
        word=words[RANDOM.integers(0, 60, len(ROWS))],
        side=np.array(["left", "right", ""], dtype=object)[RANDOM.integers(0, 3, len(ROWS))],
    )
    target = TARGET + rows["word"].str[-1].astype(int) ** 2 + 5 * (rows["side"] == "left")
    blocks = [("numbers", "passthrough", ["a", "b"]), ("texts", ORDINAL, ["word", "side"])]
    model = make_pipeline(
        ColumnTransformer(blocks),
        HistGradientBoostingRegressor(categorical_features=[2, 3], max_iter=40),
    ).fit(rows, target)
    graph = to_onnx(model, {"a": "double", "b": "double", "word": "string", "side": "string"})
    unknown = rows.assign(word="new", side="nowhere").head(50)
    for asked in (rows, unknown):
        np.testing.assert_allclose(predict(graph, asked), model.predict(asked), rtol=1e-6)
    [trees] = [node for node in graph.graph.node if node.op_type == "TreeEnsembleRegressor"]
    [used] = [each.ints for each in trees.attribute if each.name == "nodes_featureids"]
    assert max(used) > 3  # Columns of splits by category.


def test_a_model_without_a_split_is_a_constant():
    model = HistGradientBoostingRegressor(max_iter=3).fit(ROWS[:30], TARGET[:30])
    graph = to_onnx(model, DOUBLES)
    np.testing.assert_allclose(predict(graph, ROWS), model.predict(ROWS), rtol=1e-6)


def test_categories_that_are_other_numbers_are_refused():
    rows = ROWS.assign(c=RANDOM.integers(3, 7, len(ROWS)) * 10.0)
    model = HistGradientBoostingRegressor(categorical_features=[2], max_iter=5).fit(rows, TARGET)
    with pytest.raises(UserError, match="with categories that are not the numbers 0, 1, 2"):
        to_onnx(model, DOUBLES)
