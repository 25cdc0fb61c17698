"""From a CSV file to a model with a card."""

import numpy as np
import pandas as pd
import pytest
from graphs import predict

from training import fit as module
from training.card import load_model, read_card
from training.check import check
from training.csv_files import read_table
from training.errors import UserError
from training.evaluate import cross_validate
from training.files import sha256
from training.fit import fit
from training.kinds import LIBRARIES, NUMBERS, TOLERANCES
from training.linear import linear_graph
from training.options import Options
from training.runtime import run
from training.signature import read_signature
from training.split import content_folds, leave_out, split

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
    """Fit on rows, with settings suitable for tests; return the result and the model."""

    def run(rows, kind="linear", target="price", repeats=1, **options):
        data = csv(rows if isinstance(rows, str) else rows.to_csv(index=False), "Flats of 2026.csv")
        output = tmp_path / "new" / "model.onnx"
        result = fit(data, output, Options({"name": target}, kind, repeats=repeats, **options))
        return result, load_model(output)

    return run


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
    result, model = fitted(GAPS)
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
    changed.loc[result.data.held_out.features.index, "price"] = RANDOM.uniform(
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


def test_the_interval_is_calibrated_by_cross_validation(fitted):
    result, _ = fitted(NUMERIC, "boosting")
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


def test_the_rows_held_out_are_written_beside_the_model(fitted, tmp_path):
    result, _ = fitted(GAPS)
    assert result.evaluation == tmp_path / "new" / "model.evaluation.csv"
    lines = (tmp_path / "Flats of 2026.csv").read_text().splitlines()
    assert result.evaluation.read_text().splitlines() == [
        lines[0],
        *(lines[index + 1] for index in result.data.held_out.features.index),
    ]
    assert 10 < len(result.data.held_out.features) < 40


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
    result = fit(data, tmp_path / "model.onnx", Options({"name": "price"}))
    assert result.card["name"] == "model"


def test_a_graph_that_predicts_something_else_is_not_written(fitted, monkeypatch, tmp_path):
    def wrong(estimator, *_):
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
        (NUMERIC, {"split_by": ["price"]}, "identified by price, and the target is price"),
        (
            FLATS.assign(floor=1),
            {"split_by": ["floor"], "held_out": 0},
            r"The 120 rows to fit a model on are the same in floor\. Give rows that differ",
        ),
        (NUMERIC, {"level": 0.999}, "level 0.999 needs 999 rows to calibrate on, and there are"),
        (NUMERIC, {"level": 2}, "The interval's level is 2"),
        (NUMERIC, {"target": "rent"}, "has no column rent; its first line names area, rooms"),
        (
            FLATS,
            {"target": "city"},
            r"wrong cells\. line 2, column city: '\w+', which is no double",
        ),
        (
            GAPS,
            {"target": "area"},
            "holds nothing, in column area, the target; as do 17 other lines",
        ),
        (NUMERIC, {"features": ["price"]}, r"target price, the features would be price\. Name"),
        (NUMERIC[["price"]], {}, "the features would be none"),
        (NUMERIC.assign(price=1), {}, "The target is the same in all .* rows"),
        (NUMERIC, {"identity": {"name": "Flats"}}, r"name 'Flats' cannot be on a model card\. Gi"),
        (NUMERIC, {"identity": {"version": ""}}, r"The version '' cannot be on a model card"),
        (NUMERIC, {"seed": -1}, r"The seed is -1\. Give a whole number from 0 to 4294967295 with"),
        (NUMERIC, {"repeats": 257}, r"257 repeats .* asked for\. Ask for 1 to 256 with --repeats"),
        (NUMERIC, {"features": ["area", "area"]}, r"would be area, area\. Name .*, each once\."),
        (NUMERIC.rename(columns={"area": "predict"}).assign(c="x"), {}, "A feature is called pre"),
        (NUMERIC.assign(area=1e39), {"kind": "forest"}, r"area: '1e\+39', which is too large for fl"),
        (NUMERIC[:2], {}, r"has 2 rows, and at least 20 are needed to fit a model on\. Give more"),
        (
            NUMERIC[:3].loc[[0, 1, 2] * 40],
            {},
            r"20 and 2 are needed\. Only 3 of all rows differ, and copies stay together",
        ),
        (NUMERIC.assign(area=NUMERIC.area * 1e-200), {}, "whose square is below the range"),
        (
            NUMERIC.assign(price=NUMERIC.price / NUMERIC.price.max() * 9e36),
            {"kind": "forest"},
            r"is 9e\+36, and this estimator predicts numbers from 1e-30 to 1e\+35\. Use an",
        ),
        (NUMERIC.assign(price=NUMERIC.price * 1e-90), {"kind": "hist"}, "predicts numbers from"),
    ],
)
def test_what_cannot_be_fitted_is_refused_and_nothing_written(
    fitted, tmp_path, rows, options, message
):
    with pytest.raises(UserError, match=message):
        fitted(rows, **options)
    assert not (tmp_path / "new").exists()


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
    by_time, _ = fitted(rows.sample(frac=1, random_state=0), "tree", time="day")
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


def test_the_width_of_the_interval_follows_the_row_and_the_graph_computes_it(fitted):
    random = np.random.default_rng(0)
    rows = pd.DataFrame({"a": random.uniform(1, 10, 1500), "b": random.choice(["x", "y"], 1500)})
    rows["price"] = rows["a"] * 10 * np.exp(random.normal(size=1500) * 0.2)
    by_kind = {kind: fitted(rows, interval=kind)[0] for kind in ("constant", "auto")}
    interval = by_kind["auto"].card["interval"]
    assert interval["output"] == "interval"
    assert by_kind["constant"].card["interval"]["coverage_by_fifth"][4] < 0.8
    assert min(interval["coverage_by_fifth"]) > 0.8
    _, model = fitted(rows)
    lower, upper = bounds_of(model, by_kind["auto"].data.held_out.features).T
    predicted = predict(model, by_kind["auto"].data.held_out.features)
    assert np.all((lower <= predicted) & (predicted <= upper))
    np.testing.assert_allclose(np.column_stack([lower, upper]), by_kind["auto"].bounds, rtol=1e-5)


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


@pytest.mark.parametrize("column", ["price", "area"])
def test_a_number_whose_square_is_infinite_is_named(fitted, column):
    rows = FLATS.assign(**{column: [1e200, *FLATS[column][1:]]})
    with pytest.raises(UserError, match=f"Line 2 of .* holds 1e.200, whose .* in column {column}"):
        fitted(rows)


@pytest.mark.parametrize("output", ["rows.csv", "rows.onnx"])
def test_the_data_is_not_overwritten(tmp_path, output):
    data = tmp_path / ("rows.csv" if output == "rows.csv" else "rows.evaluation.csv")
    FLATS.to_csv(data, index=False)
    before = data.read_bytes()
    with pytest.raises(UserError, match=f"{data} is read, and would be overwritten"):
        fit(data, tmp_path / output, Options(target={"name": "price"}))
    assert data.read_bytes() == before


def test_a_target_without_a_logarithm_is_named(fitted):
    with pytest.raises(UserError, match=r"Line 2 of .* holds 0, which has no logarithm, in column"):
        fitted(FLATS.assign(price=range(120)), log_target=True)


def test_a_search_finds_settings_that_predict_better_and_shows_its_progress(fitted, capsys):
    rows = FLATS.assign(price=FLATS["price"] + RANDOM.normal(size=120) * 200)
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
