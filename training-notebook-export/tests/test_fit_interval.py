"""The interval of a fitted model, and its bounds in the graph."""

import numpy as np
import pandas as pd
import pytest
from flats import FLATS, GAPS, NUMERIC
from graphs import predict

from training import trees
from training.csv_files import read_table
from training.evaluate import cross_validate
from training.fit import FOLDS
from training.runtime import run
from training.signature import read_signature
from training.split import content_folds, leave_out, split


def test_the_interval_is_calibrated_by_cross_validation(fitted):
    result, _ = fitted(NUMERIC, "boosting", folds=FOLDS)
    training = read_table(result.evaluation.parent.parent / "Flats of 2026.csv")
    parts = split(training, "price")
    inside, price = (
        NUMERIC.drop(result.data.held_out.features.index),
        NUMERIC["price"].to_numpy(float),
    )
    fold = content_folds(parts.hashes, 5)
    residuals = inside["price"].to_numpy() - cross_validate(
        result.estimator, inside[["area", "rooms"]], price[~parts.is_held_out], leave_out(fold)
    )
    rank = int(np.ceil((len(residuals) + 1) * 0.9))
    upper = np.sort(np.abs(residuals))[rank - 1]
    assert result.card["interval"]["upper"] == pytest.approx(upper)
    assert result.card["interval"]["lower"] == pytest.approx(-upper)
    assert result.card["metrics"]["rmse"] == pytest.approx(np.sqrt(np.mean(residuals**2)))


def test_the_width_of_the_interval_follows_the_row_and_the_graph_computes_it(fitted):
    random = np.random.default_rng(0)
    rows = pd.DataFrame({"a": random.uniform(1, 10, 1500), "b": random.choice(["x", "y"], 1500)})
    rows["price"] = rows["a"] * 10 * np.exp(random.normal(size=1500) * 0.2)
    constant, _ = fitted(rows, interval="constant")
    assert constant.card["interval"]["coverage_by_fifth"][4] < 0.8
    result, model = fitted(rows, interval="auto")
    interval = result.card["interval"]
    assert interval["output"] == "interval"
    assert min(interval["coverage_by_fifth"]) > 0.8
    lower, upper = bounds_of(model, result.data.held_out.features).T
    predicted = predict(model, result.data.held_out.features)
    assert np.all((lower <= predicted) & (predicted <= upper))
    np.testing.assert_allclose(np.column_stack([lower, upper]), result.bounds, rtol=1e-5)


@pytest.mark.parametrize("kind", ["scaled", "quantile"])
def test_the_graph_computes_bounds_of_rows_with_categories_and_empty_cells(fitted, kind):
    result, model = fitted(GAPS, interval=kind)
    served = bounds_of(model, result.data.held_out.features)
    np.testing.assert_allclose(served, result.bounds, rtol=1e-5)


@pytest.mark.parametrize("rows", [NUMERIC, GAPS])
def test_a_large_forest_may_have_an_interval_of_small_trees(fitted, monkeypatch, rows):
    monkeypatch.setattr(trees, "LARGE", 600)  # The shape has fewer nodes than this.
    _, model = fitted(rows, "forest", interval="scaled")
    operators = {node.op_type for node in model.graph.node}
    assert {each for each in operators if each.startswith("Tree")} == {"TreeEnsemble"}


def bounds_of(model, rows):
    return run(model.SerializeToString(), read_signature(model), rows, "interval", 2)


@pytest.mark.parametrize("kind", ["linear", "boosting", "hist"])
def test_the_logarithm_of_a_target_can_be_fitted(fitted, kind):
    result, model = fitted(FLATS, kind, log_target=True)
    held_out = result.data.held_out.features
    lower, upper = bounds_of(model, held_out).T
    predicted = predict(model, held_out)
    np.testing.assert_allclose(predicted, result.estimator.predict(held_out), rtol=1e-5)
    assert np.all((lower > 0) & (lower <= predicted) & (predicted <= upper))
    np.testing.assert_allclose(upper / predicted, predicted / lower, rtol=1e-5)
    assert result.card["version"].startswith(f"{kind}-log-")
