"""The Bloom filter of the training rows."""

import base64
import hashlib
import json
from pathlib import Path

import pytest

from training.errors import UserError
from training.fingerprint import contains, describe_fingerprint
from training.row_hash import row_hash

VECTORS = json.loads(Path(__file__).with_name("row-hash-vectors.json").read_text(encoding="utf-8"))


def digests(begin, end):
    return [hashlib.sha256(str(number).encode()).digest() for number in range(begin, end)]


def test_the_filter_is_that_of_the_test_vectors():
    rows = [row_hash(vector["cells"]) for vector in VECTORS["rows"]]
    fingerprint = describe_fingerprint(["a", "b"], rows)
    assert fingerprint == {"columns": ["a", "b"], "rows": 6} | VECTORS["fingerprint_of_rows"]


@pytest.mark.parametrize("rows", [20, 100, 5000])
def test_it_has_every_row_and_of_others_as_many_as_its_rate_says(rows):
    fingerprint = describe_fingerprint(["a"], digests(0, rows))
    assert all(contains(fingerprint, each) for each in digests(0, rows))
    wrong = sum(contains(fingerprint, each) for each in digests(rows, rows + 20_000))
    # Small filters have a few more than the formula, which is asymptotic.
    assert wrong / 20_000 < 2 * fingerprint["false_positive_rate"]
    assert len(base64.b64decode(fingerprint["filter"], validate=True)) <= 1.5 * rows
    assert len(fingerprint["filter"]) <= 2 * rows


def test_copies_do_not_make_it_larger():
    once = describe_fingerprint(["a"], digests(0, 50))
    assert describe_fingerprint(["a"], digests(0, 50) * 20) == once | {"rows": 1000}


def test_it_is_bounded_however_many_rows_there_are(monkeypatch):
    monkeypatch.setattr("training.fingerprint.MOST_BITS", 2400)
    assert describe_fingerprint(["a"], digests(0, 1000))["bits"] == 2400
    with pytest.raises(UserError, match=r"of 4000 different rows would take .* Train on fewer"):
        describe_fingerprint(["a"], digests(0, 4000))
