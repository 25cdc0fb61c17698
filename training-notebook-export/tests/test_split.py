"""Which rows are held out, and in which fold the others are."""

import json
from pathlib import Path

import numpy as np
import pytest

from training import boston
from training.csv_files import read_table
from training.errors import UserError
from training.split import content_folds, split, to_csv

VECTORS = json.loads(Path(__file__).with_name("row-hash-vectors.json").read_text(encoding="utf-8"))


def test_the_boston_data_are_split_as_the_test_vectors_say():
    wanted = VECTORS["boston"]
    table = read_table(boston.DATA)
    parts = split(table, wanted["target"], wanted["share"])
    indices = [table.lines.index(line) for line in parts.held_out.lines]
    assert (len(table.lines), len(indices)) == (wanted["rows"], wanted["held_out"])
    assert indices[:8] == wanted["first_held_out"]
    fingerprint = boston.load().fingerprint
    for member, value in wanted["fingerprint"].items():
        assert fingerprint[member] == pytest.approx(value, rel=1e-12)
    assert fingerprint["rows"] == len(parts.training.lines) == 409


def test_rows_stay_on_their_side_in_a_file_that_has_grown_and_is_in_another_order(csv):
    header, *lines = boston.DATA.read_text().splitlines()
    more = [",".join(["1.5"] * 13 + [str(price)]) for price in range(50)]
    copies = [line.rsplit(",", 1)[0] + ",1" for line in lines]
    grown = csv("\r\n".join([header, *reversed(lines), *more, *copies]) + "\r\n")
    before, after = (split(read_table(path), "MEDV") for path in (boston.DATA, grown))
    assert set(before.hashes) <= set(after.hashes)
    # Only the features decide the side, even if the target differs.
    assert len(after.held_out.lines) in (2 * 97, 2 * 97 + 50)
    held_out = {tuple(cells[:-1]) for _, cells in before.held_out.lines}
    assert held_out <= {tuple(cells[:-1]) for _, cells in after.held_out.lines}


def test_models_of_other_columns_agree_when_split_by_the_same(csv):
    text = "a,b,price\n" + "".join(f"{i},{i % 7},{i}\n" for i in range(200))
    by_both = split(read_table(csv(text)), "price")
    by_first = split(read_table(csv(text)), "price", columns=["a"])
    assert by_both.columns == ["a", "b"]
    assert by_both.held_out.lines != by_first.held_out.lines
    reordered = split(read_table(csv(text)), "price", columns=["b", "a"])
    assert (reordered.columns, reordered.held_out) == (by_both.columns, by_both.held_out)


def test_copies_are_in_one_fold_and_folds_are_equally_large():
    folds = content_folds([b"c", b"a", b"b", b"a", b"d"], 2)
    assert folds.tolist() == [0, 0, 1, 0, 1]


def test_other_repeats_are_other_folds_and_copies_stay_together():
    hashes = [bytes([number % 50]) * 32 for number in range(100)]
    first, again, other = (content_folds(hashes, 5, repeat) for repeat in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    for fold in (first, other):
        assert np.array_equal(fold[:50], fold[50:])
        assert np.bincount(fold).tolist() == [20] * 5


def test_a_table_is_written_with_the_text_of_its_cells(csv):
    text = 'a,"b,c"\n1.50,"x ""y"""\n 7,\n'
    assert to_csv(read_table(csv(text))).decode() == text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"share": 1}, r"A share of 1 of the rows is to be held out\. Give one from 0 to less"),
        ({"share": -0.1}, r"A share of -0.1"),
        ({"share": float("nan")}, r"A share of nan"),
        ({"columns": ["z"]}, "has no column z"),
        ({"columns": ["a", "a"]}, r"identified by a, a, and the target is price\. Name different"),
        ({"columns": ["price"]}, "identified by price, and the target is price"),
        ({"columns": []}, "identified by no column, and the target is price"),
    ],
)
def test_a_split_that_cannot_be_made_is_refused(csv, options, message):
    with pytest.raises(UserError, match=message):
        split(read_table(csv("a,b,price\n1,2,3\n")), "price", **options)
