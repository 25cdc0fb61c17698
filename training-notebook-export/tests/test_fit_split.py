"""Which rows a model is fitted on, and which judge it."""

import json

import numpy as np
import pandas as pd
import pytest
from flats import FLATS, GAPS

from training.fit import FOLDS


def test_the_rows_held_out_only_judge(fitted):
    rows = FLATS.assign(area=np.arange(120.0), price=np.arange(120.0) * 3)
    rows.loc[rows.index % 2 == 0, "price"] += 1
    result, _ = fitted(rows)
    error = np.abs(
        result.data.held_out.target - result.estimator.predict(result.data.held_out.features)
    )
    assert result.card["held_out"]["mae"] == pytest.approx(error.mean())
    upper = result.card["interval"]["upper"]
    assert result.card["interval"]["coverage"] == pytest.approx(np.mean(error <= upper))

    # Nothing else on the card depends on their targets.
    changed = rows.copy()
    changed.loc[result.data.held_out.features.index, "price"] = np.linspace(
        0, 9, len(result.data.held_out.features)
    )
    other, _ = fitted(changed)
    apart = {"version", "data_sha256", "trained_at", "held_out", "interval"}
    assert result.card.keys() == other.card.keys()
    for member in result.card.keys() - apart:
        assert result.card[member] == other.card[member]
    assert (other.card["interval"]["upper"], other.card["held_out"]["rows"]) == (upper, len(error))
    [area] = [feature for feature in result.card["features"] if feature["name"] == "area"]
    rest = rows["area"].drop(result.data.held_out.features.index)
    assert (area["min"], area["max"], area["mean"]) == (rest.min(), rest.max(), rest.mean())


def test_the_rows_held_out_are_written_beside_the_model(fitted, tmp_path):
    result, _ = fitted(GAPS)
    assert result.evaluation == tmp_path / "new" / "model.evaluation.csv"
    lines = (tmp_path / "Flats of 2026.csv").read_text().splitlines()
    assert result.evaluation.read_text().splitlines() == [
        lines[0],
        *(lines[index + 1] for index in result.data.held_out.features.index),
    ]
    assert 10 < len(result.data.held_out.features) < 40


def test_the_rows_held_out_are_written_as_the_function_reads_them(fitted):
    odd = {"0": "True", "1": "FALSE", "2": "true"}
    rows = FLATS.astype(str).assign(
        new=[odd[str(number % 3)] for number in range(120)],
        area=[f"+{area}" for area in FLATS["area"]],
        rooms=[f" {rooms}. " for rooms in FLATS["rooms"]],
        price=[f"0{price:.0f}" for price in FLATS["price"]],
    )
    result, _ = fitted(rows)
    plain, _ = fitted(FLATS.assign(new=rows["new"].str.lower()))
    assert result.data.held_out.features.equals(plain.data.held_out.features)
    assert result.card["fingerprint"] == plain.card["fingerprint"]
    for line in result.evaluation.read_text().splitlines()[1:]:
        area, rooms, new, city, price = line.split(",")
        assert json.loads(f"[{area}, {rooms}, {new}, {price}]")
        assert f"+{area}" in set(rows["area"]) and city


def test_models_of_other_features_and_grown_files_hold_the_same_rows_out(fitted):
    first, fewer = fitted(FLATS)[0], fitted(FLATS, features=["area"])[0]
    assert first.data.held_out.features.index.equals(fewer.data.held_out.features.index)
    assert first.card["fingerprint"] == fewer.card["fingerprint"]
    grown = pd.concat([FLATS[::-1], FLATS.assign(area=FLATS["area"] + 1)])
    after = fitted(grown)[0]
    rows = set(first.data.held_out.features.itertuples(index=False))
    assert rows < set(after.data.held_out.features.itertuples(index=False))


def test_the_share_and_the_columns_can_be_given(fitted):
    half, by_rooms = (
        fitted(FLATS, held_out=0.5)[0],
        fitted(FLATS, held_out=0.5, split_by=["rooms"])[0],
    )
    assert 40 < len(half.data.held_out.features) < 80
    assert by_rooms.card["fingerprint"]["columns"] == ["rooms"]
    # Flats with the same number of rooms are on the same side.
    held_out = set(by_rooms.data.held_out.features["rooms"])
    assert set(FLATS["rooms"].drop(by_rooms.data.held_out.features.index)).isdisjoint(held_out)


def test_all_rows_can_be_fitted_and_the_fingerprint_left_out(fitted, tmp_path):
    result, _ = fitted(FLATS, held_out=0, fingerprint=False)
    assert (result.evaluation, len(result.data.held_out.features)) == (None, 0)
    assert result.card["metrics"]["rows"] == 120
    assert result.card.keys().isdisjoint({"held_out", "fingerprint"})
    assert "coverage" not in result.card["interval"]
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"model.onnx"}


def series(rows=300):
    """Return rows of a random walk in the order of days, with a column for the hour."""
    random = np.random.default_rng(3)
    days = pd.date_range("2024-01-01", periods=rows, freq="D")
    walk = random.normal(size=rows).cumsum()
    return pd.DataFrame(
        {"day": days.strftime("%Y-%m-%d"), "before": np.roll(walk, 7), "number": np.arange(rows)}
    ).assign(price=walk)


def test_in_the_order_of_time_the_latest_rows_are_held_out_and_earlier_ones_predict_later(fitted):
    rows = series()
    by_time, _ = fitted(rows.sample(frac=1, random_state=0), "tree", folds=FOLDS, time="day")
    assert [feature["name"] for feature in by_time.card["features"]] == ["before", "number"]
    assert by_time.data.held_out.features["number"].min() == 240
    assert by_time.data.training.features["number"].max() == 239
    # The first of the six blocks is never predicted.
    assert (by_time.card["metrics"]["rows"], by_time.card["metrics"]["repeats"]) == (200, 1)
    assert np.isnan(by_time.prediction).sum() == 40
    by_content, _ = fitted(rows, "tree", features=["before", "number"])
    assert by_content.card["metrics"]["r2"] > 0.9
    assert by_time.card["metrics"]["r2"] < 0.5
    assert "similar targets" in by_content.suspicions[-1]
    assert not any("similar targets" in each for each in by_time.suspicions)


def test_whole_groups_are_held_out_and_the_group_is_no_feature(fitted):
    owner = [f"owner {number % 40}" for number in range(120)]
    result, _ = fitted(FLATS.assign(owner=owner), group="owner")
    assert "owner" not in [feature["name"] for feature in result.card["features"]]
    assert result.card["fingerprint"]["columns"] == ["owner"]
    held_out = {line[1][-1] for line in result.data.parts.held_out.lines}
    assert held_out.isdisjoint(line[1][-1] for line in result.data.parts.training.lines)


def test_rows_copied_five_times_seem_no_better_than_they_are(fitted):
    random = np.random.default_rng(0)
    rows = pd.DataFrame(random.normal(size=(100, 3)), columns=list("abc"))
    rows["price"] = rows["a"] + random.normal(size=100)
    once, _ = fitted(rows, "tree", repeats=2)
    copied, _ = fitted(pd.concat([rows] * 5), "tree", repeats=2)
    assert copied.card["metrics"]["r2"] == pytest.approx(once.card["metrics"]["r2"], abs=0.2)
    assert copied.card["metrics"]["r2"] < 0.3
    assert "copies of others in all features. They are on one side" in copied.suspicions[0]
    distinct, _ = fitted(pd.concat([rows] * 5), "tree", repeats=2, distinct=True)
    assert distinct.card["metrics"] == once.card["metrics"]
