"""The hash of a row: test vectors for all tools, and changes that do not affect it."""

import json
from pathlib import Path

import pytest

from training import boston
from training.csv_files import read_table
from training.errors import UserError
from training.row_hash import row_hash, row_hashes
from training.split import content_folds, split, to_csv

VECTORS = json.loads(Path(__file__).with_name("row-hash-vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", [*VECTORS["rows"], *VECTORS["more_rows"]])
def test_the_hash_is_that_of_the_test_vector(vector):
    assert row_hash(vector["cells"]).hex() == vector["sha256"]


def hashes(path):
    return set(row_hashes(read_table(path), ["a", "b"]))


@pytest.mark.parametrize(
    "text",
    [
        "b,a\nx,18\n,0.5\n",
        "a,b\n18.0,x\n.5,\n",
        "a,b\r\n1.8e1,x\r\n+5e-1,\r\n",
        "\ufeffa,b\n18,x\n0.5,\n",
        '"a","b"\n"18","x"\n"0.5",""\n',
        "a,b\n 18 , x\n0.50,\n",
        "a,b,price\n18,x,7\n0.5,,8\n",
        "a,b\n0.5,\n18,x\n18,x\n",
    ],
)
def test_how_a_row_is_written_makes_no_difference(csv, text):
    assert hashes(csv(text)) == hashes(csv("a,b\n18,x\n0.5,\n", "other.csv"))


@pytest.mark.parametrize("text", ["a,b\n18,X\n0.5,\n", "a,b\n18,x\n0.5,0\n", "a,b\nx,18\n0.5,\n"])
def test_another_value_makes_another_row(csv, text):
    assert hashes(csv(text)) != hashes(csv("a,b\n18,x\n0.5,\n", "other.csv"))


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
