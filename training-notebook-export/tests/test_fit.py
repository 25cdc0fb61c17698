"""From a CSV file to a model with a card."""

import numpy as np
import pandas as pd
import pytest
from graphs import predict

from training import fit as module
from training.card import load_model, read_card
from training.check import check
from training.data import read_table
from training.errors import UserError
from training.estimators import NUMBERS, TOLERANCES
from training.evaluate import cross_validate
from training.files import sha256
from training.fit import fit
from training.linear import linear_graph
from training.signature import read_signature
from training.split import content_folds, split

RANDOM = np.random.default_rng(0)
FLATS = pd.DataFrame(
    {
        "area": RANDOM.uniform(20, 200, 120).round(1),
        "rooms": RANDOM.integers(1, 6, 120),
        "new": RANDOM.choice(["true", "false"], 120),
        "city": RANDOM.choice(["Boston", "Salem", "Lynn"], 120),
    }
)
FLATS["price"] = (5 * FLATS["area"] + 100 * (FLATS["city"] == "Boston") + 50).round()
NUMERIC = FLATS[["area", "rooms", "price"]]
GAPS = FLATS.assign(
    area=FLATS["area"].where(FLATS.index % 7 > 0), city=FLATS["city"].where(FLATS.index % 5 > 0)
)


@pytest.fixture
def fitted(csv, tmp_path):
    """Fit on rows, with settings that do for the tests; return the result and the model."""

    def run(rows, kind="linear", target="price", level=0.9, seed=1, **options):
        data = csv(rows if isinstance(rows, str) else rows.to_csv(index=False), "Flats of 2026.csv")
        output = tmp_path / "new" / "model.onnx"
        result = fit(data, output, {"name": target}, kind, level, seed, **options)
        return result, load_model(output)

    return run


@pytest.mark.parametrize("kind", NUMBERS)
@pytest.mark.parametrize("rows", [NUMERIC, FLATS, GAPS], ids=["numbers", "mixed", "gaps"])
def test_every_estimator_is_exported_as_it_predicts(fitted, kind, rows):
    result, model = fitted(rows, kind)
    check(read_card(model), read_signature(model))
    expected = result.estimator.predict(result.held_out)
    np.testing.assert_allclose(predict(model, result.held_out), expected, rtol=TOLERANCES[kind])
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


def test_the_card_tells_data_features_and_errors(fitted, csv, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    result, model = fitted(GAPS)
    card = read_card(model)
    data = sha256(tmp_path / "Flats of 2026.csv")
    assert card["name"] == "flats-of-2026"
    assert card["version"] == f"linear-{data[:8]}"
    prices = GAPS["price"].drop(result.held_out.index)
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
    assert result.missing == ["area", "city"]
    training = 120 - len(result.held_out)
    assert card["metrics"]["rows"] == card["interval"]["calibration_rows"] == training
    assert (card["metrics"]["folds"], card["held_out"]["rows"]) == (5, len(result.held_out))
    assert card["fingerprint"]["rows"] == training
    assert card["fingerprint"]["columns"] == ["area", "city", "new", "rooms"]
    assert card["interval"]["level"] == 0.9
    assert card["example"].keys() == {"area", "rooms", "new", "city"}
    # Of the rows that the model was fitted on, of which some have a gap.
    assert len(card["background"]) == min(training, 100)
    assert None in {row[0] for row in card["background"]}
    assert all("histogram" in feature for feature in card["features"])


def test_a_background_of_fewer_rows_or_none_can_be_had(fitted):
    assert len(fitted(FLATS, background=7)[0].card["background"]) == 7
    assert "background" not in fitted(FLATS, background=0)[0].card


def test_the_rows_held_out_only_judge(fitted):
    rows = FLATS.assign(area=np.arange(120.0), price=np.arange(120.0) * 3)
    rows.loc[rows.index % 2 == 0, "price"] += 1
    result, _ = fitted(rows)
    error = np.abs(result.actual - result.estimator.predict(result.held_out))
    assert result.card["held_out"]["mae"] == pytest.approx(error.mean())
    upper = result.card["interval"]["upper"]
    assert result.card["interval"]["coverage"] == pytest.approx(np.mean(error <= upper))

    # Nothing else on the card changes when their targets do.
    changed = rows.copy()
    changed.loc[result.held_out.index, "price"] = RANDOM.uniform(0, 9, len(result.held_out))
    other, _ = fitted(changed)
    apart = {"version", "data_sha256", "trained_at", "held_out", "interval"}
    assert result.card.keys() == other.card.keys()
    for member in result.card.keys() - apart:
        assert result.card[member] == other.card[member]
    assert (other.card["interval"]["upper"], other.card["held_out"]["rows"]) == (upper, len(error))
    [area] = [feature for feature in result.card["features"] if feature["name"] == "area"]
    rest = rows["area"].drop(result.held_out.index)
    assert (area["min"], area["max"], area["mean"]) == (rest.min(), rest.max(), rest.mean())


def test_the_interval_is_calibrated_by_cross_validation(fitted):
    result, _ = fitted(NUMERIC, "boosting")
    training = read_table(result.evaluation.parent.parent / "Flats of 2026.csv")
    parts = split(training, "price")
    inside, price = NUMERIC.drop(result.held_out.index), NUMERIC["price"].to_numpy(float)
    fold = content_folds(parts.hashes, 5)
    residuals = inside["price"].to_numpy() - cross_validate(
        result.estimator, inside[["area", "rooms"]], price[~parts.is_held_out], fold
    )
    rank = int(np.ceil((len(residuals) + 1) * 0.9))
    upper = np.sort(np.abs(residuals))[rank - 1]
    assert result.card["interval"]["upper"] == pytest.approx(upper)
    assert result.card["interval"]["lower"] == pytest.approx(-upper)
    assert result.card["metrics"]["rmse"] == pytest.approx(np.sqrt(np.mean(residuals**2)))


def test_the_rows_held_out_are_written_beside_the_model(fitted, tmp_path):
    result, _ = fitted(GAPS)
    assert result.evaluation == tmp_path / "new" / "model.evaluation.csv"
    lines = (tmp_path / "Flats of 2026.csv").read_text().splitlines()
    assert result.evaluation.read_text().splitlines() == [
        lines[0],
        *(lines[index + 1] for index in result.held_out.index),
    ]
    assert 10 < len(result.held_out) < 40


def test_models_of_other_features_and_grown_files_hold_the_same_rows_out(fitted):
    first, fewer = fitted(FLATS)[0], fitted(FLATS, features=["area"])[0]
    assert first.held_out.index.equals(fewer.held_out.index)
    assert first.card["fingerprint"] == fewer.card["fingerprint"]
    grown = pd.concat([FLATS[::-1], FLATS.assign(area=FLATS["area"] + 1)])
    after = fitted(grown)[0]
    rows = set(first.held_out.itertuples(index=False))
    assert rows < set(after.held_out.itertuples(index=False))


def test_the_share_and_the_columns_can_be_given(fitted):
    half, by_rooms = (
        fitted(FLATS, held_out=0.5)[0],
        fitted(FLATS, held_out=0.5, split_by=["rooms"])[0],
    )
    assert 40 < len(half.held_out) < 80
    assert by_rooms.card["fingerprint"]["columns"] == ["rooms"]
    # Flats of as many rooms are on one side.
    held_out = set(by_rooms.held_out["rooms"])
    assert set(FLATS["rooms"].drop(by_rooms.held_out.index)).isdisjoint(held_out)


def test_all_rows_can_be_fitted_and_the_fingerprint_left_out(fitted, tmp_path):
    result, _ = fitted(FLATS, held_out=0, fingerprint=False)
    assert (result.evaluation, len(result.held_out)) == (None, 0)
    assert result.card["metrics"]["rows"] == 120
    assert result.card.keys().isdisjoint({"held_out", "fingerprint"})
    assert "coverage" not in result.card["interval"]
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"model.onnx"}


def test_identity_and_features_can_be_given(fitted):
    identity = {"name": "flats", "version": "3", "description": "Of the town."}
    result, model = fitted(FLATS, features=["rooms", "area"], identity=identity)
    assert identity.items() <= read_card(model).items()
    assert list(result.held_out) == ["rooms", "area"]


def test_the_seed_is_the_estimators_and_makes_the_same_model_again(fitted):
    first, again, other = (fitted(FLATS, "forest", seed=seed) for seed in (1, 1, 2))
    assert first[1].graph == again[1].graph
    assert first[1].graph != other[1].graph
    assert first[0].held_out.equals(other[0].held_out)


def test_a_name_that_is_none_becomes_one(csv, tmp_path):
    data = csv(NUMERIC.to_csv(index=False), "家.csv")
    result = fit(data, tmp_path / "model.onnx", {"name": "price"}, "linear", 0.9, 1)
    assert result.card["name"] == "model"


def test_a_graph_that_predicts_something_else_is_not_written(fitted, monkeypatch, tmp_path):
    def wrong(estimator, _):
        model = estimator.steps[-1][1]
        return linear_graph(model)

    monkeypatch.setattr(module, "to_onnx", wrong)
    with pytest.raises(UserError, match=r"differ from scikit-learn's by up to .*\. Choose another"):
        fitted(NUMERIC)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        (
            NUMERIC[:21],
            {},
            r"has 18 rows to fit a model on and 3 that are held out, and 20 and 2 are needed\. "
            r"Give more rows, or another share with --held-out\.",
        ),
        (NUMERIC[:40], {"held_out": 0.01}, "has 39 rows to fit a model on and 1 that are held"),
        (NUMERIC, {"held_out": 0.99}, "has 4 rows to fit a model on and 116 that are held out"),
        (NUMERIC, {"held_out": 1}, "A share of 1 of the rows is to be held out"),
        (NUMERIC, {"split_by": ["rent"]}, "has no column rent; its first line names area, rooms"),
        (NUMERIC, {"split_by": ["price"]}, "told apart by price, and the target is price"),
        (
            FLATS.assign(floor=1),
            {"split_by": ["floor"], "held_out": 0},
            r"The 120 rows to fit a model on are the same in floor\. Give rows that differ",
        ),
        (NUMERIC, {"level": 0.999}, "level 0.999 needs 999 rows to calibrate on, and there are"),
        (NUMERIC, {"level": 2}, "The interval's level is 2"),
        (NUMERIC, {"target": "rent"}, "has no column rent; its first line names area, rooms"),
        (FLATS, {"target": "city"}, "which is no double, in column city"),
        (GAPS, {"target": "area"}, "holds nothing, in column area"),
        (NUMERIC, {"features": ["price"]}, r"target price, the features would be price\. Name"),
        (NUMERIC[["price"]], {}, "the features would be none"),
        (NUMERIC.assign(price=1), {}, "The target is the same in all .* rows"),
        (NUMERIC, {"identity": {"name": "Flats"}}, r"\$\.name: 'Flats' does not match"),
        (NUMERIC.rename(columns={"area": "predict"}).assign(c="x"), {}, "A feature is called pre"),
        (NUMERIC.assign(area=1e39), {"kind": "forest"}, "holds '1e.39', which is no float"),
    ],
)
def test_what_cannot_be_fitted_is_refused_and_nothing_written(
    fitted, tmp_path, rows, options, message
):
    with pytest.raises(UserError, match=message):
        fitted(rows, **options)
    assert not (tmp_path / "new").exists()
