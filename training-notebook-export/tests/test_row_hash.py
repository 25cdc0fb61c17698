"""The hash of a row: test vectors for all tools, and changes that do not affect it."""

import json
from pathlib import Path

import pytest

from training.csv_files import read_table
from training.row_hash import row_hash, row_hashes

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
