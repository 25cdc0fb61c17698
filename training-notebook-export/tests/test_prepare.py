"""Preparation of rows for training."""

import pytest

from training.csv_files import read_table
from training.errors import UserError
from training.prepare import prepare


@pytest.fixture
def table(csv):
    """Return a table of this text."""
    return lambda text, **options: read_table(csv(text), **options)


def test_rows_without_a_target_are_refused_or_left_out_and_counted(table):
    rows = table("a,price\n1,5\n2,\n3,\n4,6\n")
    with pytest.raises(UserError, match=r"^Line 3 of .* the target; as do 1 other lines\. Fill"):
        prepare(rows, "price", ["a"])
    done = prepare(rows, "price", ["a"], drop_empty_target=True)
    assert [number for number, _ in done.table.lines] == [2, 5]
    assert done.notes == ["2 rows without price are left out."]


def test_cells_that_stand_for_missing_values_are_empty(table):
    rows = table("a,b\nNA, ? \n1,NAN\n", missing=["NA", "?"])
    assert [cells for _, cells in rows.lines] == [["", ""], ["1", "NAN"]]


def test_rows_asked_for_twice_can_be_left_out(table):
    rows = table("a,price\n1,5\n2,5\n1,5\n1,6\n2,5\n")
    done = prepare(rows, "price", ["a"], distinct=True)
    assert [number for number, _ in done.table.lines] == [2, 3, 5]
    assert done.notes == ["2 copies of other rows are left out."]


def test_dates_become_their_parts(table):
    rows = table("sold,a,price\n2026-01-31,1,5\n,2,5\n2025-12-01,1,5\n")
    done = prepare(rows, "price", ["sold", "a"])
    parts = ["sold_year", "sold_month", "sold_day", "sold_weekday"]
    assert done.table.header == [*parts, "a", "price"]
    assert done.features == [*parts, "a"]
    assert [cells[:5] for _, cells in done.table.lines] == [
        ["2026", "1", "31", "6", "1"],
        ["", "", "", "", "2"],
        ["2025", "12", "1", "1", "1"],
    ]
    assert done.notes == [f"sold holds dates: it becomes {', '.join(parts)}."]


def test_a_time_of_day_becomes_the_hour(table):
    rows = table("sold,price\n2026-01-31T14:30:00Z,5\n2025-12-01 07:00,5\n")
    done = prepare(rows, "price", ["sold"])
    assert [cells[4] for _, cells in done.table.lines] == ["14", "7"]


def test_parts_of_a_date_do_not_replace_other_columns(table):
    rows = table("sold,sold_day,price\n2026-01-31,1,5\n")
    with pytest.raises(UserError, match="has columns sold_day, and sold would become them"):
        prepare(rows, "price", ["sold"])
