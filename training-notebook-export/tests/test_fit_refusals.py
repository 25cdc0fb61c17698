"""What cannot be fitted is refused, and nothing is written."""

import pytest
from flats import FLATS, GAPS, NUMERIC

from training import fit as module
from training.errors import UserError
from training.fit import fit
from training.linear import linear_graph
from training.options import Options


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
            r"Column city of .*, the target, holds texts, such as '\w+'\. A regression predicts a",
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
        (
            NUMERIC,
            {"identity": {"description": "Wohnungen in \udcff"}},
            r"The description .* is not in the encoding \S+\. Set the terminal to UTF-8, or PYTHON",
        ),
        (NUMERIC, {"seed": -1}, r"The seed is -1\. Give a whole number from 0 to 4294967295 with"),
        (NUMERIC, {"repeats": 257}, r"257 repeats .* asked for\. Ask for 1 to 256 with --repeats"),
        (NUMERIC, {"features": ["area", "area"]}, r"would be area, area\. Name .*, each once\."),
        (NUMERIC.rename(columns={"area": "predict"}).assign(c="x"), {}, "A feature is called pre"),
        (NUMERIC.assign(area=1e39), {"kind": "forest"}, r"area: '1e\+39', which is too large for "),
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
