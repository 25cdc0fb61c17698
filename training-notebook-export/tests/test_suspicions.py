"""Suspicious findings in training data."""

import numpy as np
import pandas as pd
import pytest

from training.csv_files import read_table
from training.suspicions import find_suspicions

RANDOM = np.random.default_rng(0)
ROWS = pd.DataFrame(
    {"area": RANDOM.uniform(20, 200, 200), "rooms": RANDOM.integers(1, 6, 200)}
).assign(price=RANDOM.normal(100, 20, 200).round(2))


@pytest.fixture
def found(csv):
    """Return the findings for rows; all columns but the price identify a row, unless others are
    given.
    """

    def find(rows, split_by=None, by_order=False, **options):
        table = read_table(csv(rows.to_csv(index=False)))
        features = rows.drop(columns=["price", *{"owner", "day"} & set(rows)]).astype(float)
        target, columns = rows["price"].to_numpy(float), split_by or list(features)
        return find_suspicions(table, target, features, columns, by_order, **options)

    return find


def test_ordinary_rows_are_not_suspicious(found):
    assert found(ROWS) == []


def test_a_target_of_0_and_1_looks_like_a_class(found):
    [said] = found(ROWS.assign(price=(ROWS["price"] > 100).astype(int)))
    assert said.startswith("The target is 0 or 1 in every row")


def test_a_constant_column_is_named(found):
    assert found(ROWS.assign(town=7)) == ["Column town is the same in every row."]


@pytest.mark.parametrize("step", [1, -1])
def test_a_column_that_numbers_the_rows_is_named(found, step):
    [said] = found(ROWS.assign(id=np.arange(200)[::step] + 1000))
    assert said.startswith("Column id seems to number the rows. Leave it out with --features")


@pytest.mark.parametrize(
    "leak",
    [
        lambda price: price + RANDOM.normal(size=200),
        lambda price: -3 * price,
        lambda price: np.exp(price / 10),
    ],
)
def test_a_column_that_nearly_is_the_target_is_named(found, leak):
    [said] = found(ROWS.assign(tax=leak(ROWS["price"])))
    assert said.startswith("Column tax nearly is the target: their correlation is ")


def test_copies_are_counted_and_kept_together(found):
    [said] = found(pd.concat([ROWS] * 5))
    assert said.startswith("800 of 1000 rows are copies of others in all features. They are on one")


def test_copies_that_only_a_number_distinguishes_are_a_leak(found):
    copies = pd.concat([ROWS] * 5).assign(id=np.arange(1000))
    numbers, said = found(copies)
    assert numbers.startswith("Column id seems to number the rows")
    assert "but differ in id, so a copy of a held-out row may be trained on" in said
    assert "They are on one side" in found(copies, split_by=["area", "rooms"])[-1]


def test_copies_that_only_a_random_number_distinguishes_are_a_leak(found):
    copies = pd.concat([ROWS.assign(age=RANDOM.integers(0, 3000, 200))] * 5)
    copies = copies.assign(key=RANDOM.choice(10**9, 1000, replace=False))
    numbers, said = found(copies)
    assert numbers.startswith("Column key seems to number the rows")
    assert said.startswith("800 of 1000 rows are copies of others in all features and the target")
    assert "but differ in key, so a copy of a held-out row may be trained on" in said


AMOUNT = RANDOM.choice(10**6, 2000, replace=False)
ACTIVE = RANDOM.integers(0, 2, 2000)


@pytest.mark.parametrize(
    "rows",
    [
        ROWS.assign(amount=AMOUNT[:200]),
        # Few features with few values, and the target computed from them.
        pd.DataFrame(RANDOM.integers(0, 4, (2000, 3)), columns=list("abc")).assign(
            price=lambda each: each.sum(axis=1)
        ),
        # The same with so many values that only a few rows coincide.
        pd.DataFrame(RANDOM.integers(0, 12, (2000, 5)), columns=list("abcde")).assign(
            price=lambda each: each.sum(axis=1)
        ),
        # One feature decides another one and the target.
        pd.DataFrame({"town": RANDOM.integers(0, 500, 2000)}).assign(
            region=lambda each: each["town"] // 50, price=lambda each: each["town"] ** 2 % 91
        ),
        # Half of all rows are 0, including the target.
        pd.DataFrame(
            {name: ACTIVE * RANDOM.poisson(5, 2000) for name in ["visits", "orders", "price"]}
        ),
        # Each feature is 0 in most of the rows.
        pd.DataFrame(RANDOM.random((2000, 6)) < 0.1, columns=list("abcdef")).assign(
            price=RANDOM.integers(0, 2, 2000) * 7 + 1
        ),
    ],
    ids=["continuous", "design", "sparse design", "nested", "half of them 0", "mostly 0"],
)
def test_amounts_that_are_all_different_do_not_number_rows_that_are_the_same_by_chance(found, rows):
    assert found(rows.astype(float).assign(amount=AMOUNT[: len(rows)])) == []


def test_rows_of_several_groups_that_are_the_same_by_chance_are_no_copies(found):
    rows = ROWS.drop(columns="area").assign(owner=np.arange(200) // 5)
    assert found(rows, split_by=["owner"], by_order=True) == []
    copies = pd.concat([rows, rows.assign(owner=rows["owner"] + 40)])
    [said] = found(copies, split_by=["owner"], by_order=True)
    assert "rows are copies of others in all features and the target, " in said
    assert "but differ in owner, so a copy of a held-out row may be trained on" in said


def test_what_repeats_itself_over_time_is_no_leak(found):
    rows = pd.concat([ROWS] * 2).assign(day=np.arange(400))
    assert found(rows, split_by=["day"], by_order=True, by_time=True) == []
    [said] = found(rows.assign(day=np.tile(np.arange(200), 2)), ["day"], True, by_time=True)
    assert "They are on one side of the split and in one fold" in said


def test_rows_in_the_order_of_time_are_noticed_unless_the_split_minds_it(found):
    walk = ROWS.assign(price=RANDOM.normal(size=200).cumsum())
    [said] = found(walk)
    assert said.startswith("Rows that follow each other have similar targets: their correlation is")
    assert found(walk, by_order=True) == []
