"""From a CSV file to a model with a card."""

import numpy as np
import pytest
from flats import FLATS, GAPS, NUMERIC
from graphs import predict

from training.card import read_card
from training.check import check
from training.errors import UserError
from training.files import sha256
from training.fit import FOLDS, fit
from training.kinds import LIBRARIES, NUMBERS, TOLERANCES
from training.options import Options
from training.signature import read_signature


@pytest.mark.parametrize("kind", NUMBERS)
@pytest.mark.parametrize("rows", [NUMERIC, FLATS, GAPS], ids=["numbers", "mixed", "gaps"])
def test_every_estimator_is_exported_as_it_predicts(fitted, kind, rows, request):
    if kind in LIBRARIES:
        request.getfixturevalue(kind)
    result, model = fitted(rows, kind)
    check(read_card(model), read_signature(model))
    expected = result.estimator.predict(result.data.held_out.features)
    np.testing.assert_allclose(
        predict(model, result.data.held_out.features), expected, rtol=TOLERANCES[kind]
    )
    assert result.card["metrics"]["r2"] > 0.5


def test_numbers_only_are_one_tensor_and_other_columns_inputs_of_their_own(fitted):
    _, numeric = fitted(NUMERIC, "boosting")
    assert [str(value) for value in read_signature(numeric).inputs] == ["features float[N,2]"]
    _, mixed = fitted(FLATS)
    assert [str(value) for value in read_signature(mixed).inputs] == [
        "area double[N,1]",
        "rooms double[N,1]",
        "new bool[N,1]",
        "city string[N,1]",
    ]


def test_the_card_describes_data_features_and_errors(fitted, csv, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    result, model = fitted(GAPS, folds=FOLDS)
    card = read_card(model)
    data = sha256(tmp_path / "Flats of 2026.csv")
    assert card["name"] == "flats-of-2026"
    assert card["version"] == f"linear-{data[:8]}"
    prices = GAPS["price"].drop(result.data.held_out.features.index)
    assert card["target"]["name"] == "price"
    edges, counts = card["target"]["histogram"].values()
    assert (edges[0], edges[-1], sum(counts)) == (prices.min(), prices.max(), len(prices))
    assert card["data_sha256"] == data
    assert card["trained_at"] == "1970-01-01T00:00:00Z"
    assert card["libraries"].keys() == {"python", "numpy", "scikit-learn", "onnx"}
    assert [feature["name"] for feature in card["features"] if "missing" in feature] == [
        "area",
        "city",
    ]
    assert result.data.missing == ["area", "city"]
    training = 120 - len(result.data.held_out.features)
    assert card["metrics"]["rows"] == card["interval"]["calibration_rows"] == training
    assert (card["metrics"]["folds"], card["held_out"]["rows"]) == (
        5,
        len(result.data.held_out.features),
    )
    assert card["fingerprint"]["rows"] == training
    assert card["fingerprint"]["columns"] == ["area", "city", "new", "rooms"]
    assert card["interval"]["level"] == 0.9
    assert card["example"].keys() == {"area", "rooms", "new", "city"}
    # Of the training rows, some of which have a missing value.
    assert len(card["background"]) == min(training, 100)
    assert None in {row[0] for row in card["background"]}
    assert all("histogram" in feature for feature in card["features"])


def test_a_background_of_fewer_rows_or_none_can_be_had(fitted):
    assert len(fitted(FLATS, background=7)[0].card["background"]) == 7
    assert "background" not in fitted(FLATS, background=0)[0].card


def test_identity_and_features_can_be_given(fitted):
    identity = {"name": "flats", "version": "3", "description": "Of the town."}
    result, model = fitted(FLATS, features=["rooms", "area"], identity=identity)
    assert identity.items() <= read_card(model).items()
    assert list(result.data.held_out.features) == ["rooms", "area"]


def test_the_seed_is_the_estimators_and_makes_the_same_model_again(fitted):
    first, again, other = (fitted(FLATS, "forest", seed=seed) for seed in (1, 1, 2))
    assert first[1].graph == again[1].graph
    assert first[1].graph != other[1].graph
    assert first[0].data.held_out.features.equals(other[0].data.held_out.features)


def test_a_name_that_is_none_becomes_one(csv, tmp_path):
    data = csv(NUMERIC.to_csv(index=False), "家.csv")
    quick = {"repeats": 1, "interval": "constant"}
    result = fit(data, tmp_path / "model.onnx", Options({"name": "price"}, **quick))
    assert result.card["name"] == "model"


def test_a_search_finds_settings_that_predict_better_and_shows_its_progress(fitted, capsys):
    rows = FLATS.assign(price=FLATS["price"] + np.random.default_rng(0).normal(size=120) * 200)
    default, _ = fitted(rows, "tree")
    found, model = fitted(rows, "tree", search=5)
    assert found.card["metrics"]["rmse"] < default.card["metrics"]["rmse"]
    assert found.settings.keys() == {"max_depth", "min_samples_leaf"}
    assert found.card["version"].startswith("tree-search-")
    assert "search [######" in capsys.readouterr().err
    np.testing.assert_allclose(
        predict(model, found.data.held_out.features),
        found.estimator.predict(found.data.held_out.features),
        rtol=1e-5,
    )
    with pytest.raises(UserError, match="A search of 2 settings for the estimator linear"):
        fitted(FLATS, search=2)


@pytest.mark.parametrize("kind", ["linear", "hist"])
def test_numbers_can_be_categories(fitted, kind):
    rows = FLATS.assign(zip=[f"{number % 7:05}" for number in range(120)])
    result, _ = fitted(rows, kind, categories=["zip"])
    [feature] = [each for each in result.card["features"] if each["name"] == "zip"]
    assert feature["type"] == "string"
    assert feature["histogram"]["counts"].keys() == set(rows["zip"])
    with pytest.raises(UserError, match=r"The categories city, zap are no features; those are are"):
        fitted(rows, features=["area"], categories=["city", "zap"])


def test_a_table_as_r_writes_it_is_read(fitted):
    rows = GAPS.assign(sold="2025-07-01").astype(object).fillna("NA")
    with pytest.raises(UserError, match=r"column area: 'NA'.* or add --na-values NA if that"):
        fitted(rows)
    rows.loc[5, "price"] = "NA"
    result, _ = fitted(rows, na_values=["NA"], drop_empty_target=True)
    assert result.data.missing == ["area", "city"]
    assert result.data.notes == [
        "1 rows without price are left out.",
        "sold holds dates: it becomes sold_year, sold_month, sold_day, sold_weekday.",
    ]
    assert "Column sold_year is the same in every row." in result.suspicions
    # The gates of a rollout read it so.
    assert "NA" not in result.evaluation.read_text()
    assert result.evaluation.read_text().splitlines()[0].count("sold_") == 4
