import numpy as np
import pandas as pd
import pytest

from training.histogram import MOST_VALUES, histogram


def test_bins_of_many_numbers_hold_about_as_many_rows_each():
    found = histogram(pd.Series(np.arange(1000.0) ** 2), "double")
    assert (found["edges"][0], found["edges"][-1]) == (0, 999**2)
    assert len(found["counts"]) == 10
    assert (min(found["counts"]), max(found["counts"])) == (99, 101)


def test_a_number_that_most_rows_have_takes_the_place_of_several_edges():
    found = histogram(pd.Series([0.0] * 700 + list(range(1, 301))), "float")
    assert found["edges"][0] == 0
    assert found["counts"][0] >= 700
    assert sum(found["counts"]) == 1000
    assert found["edges"] == sorted(set(found["edges"]))


def test_few_different_numbers_have_a_bin_each():
    found = histogram(pd.Series([0, 1, 1, 24, 1]), "int64")
    assert found == {"edges": [0, 0.5, 12.5, 24], "counts": [1, 3, 1]}


def test_values_that_are_missing_do_not_count():
    found = histogram(pd.Series([1.5, np.nan, 2.5, np.nan]), "double")
    assert found == {"edges": [1.5, 2, 2.5], "counts": [1, 1]}


def test_categories_are_counted_the_most_frequent_first():
    column = pd.Series(["b", "", "c", "a", "b"], dtype=object)
    assert list(histogram(column, "string")["counts"].items()) == [
        *(("b", 2), ("", 1), ("a", 1), ("c", 1))
    ]
    flags = histogram(pd.Series([True, False, True]), "bool")
    assert flags == {"counts": {"true": 2, "false": 1}}


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([0.1] * 5, "double"),
        ([np.nan] * 5, "double"),
        ([str(number) for number in range(MOST_VALUES + 1)], "string"),
    ],
)
def test_there_is_none_of_one_number_or_of_too_many_texts(values, kind):
    assert histogram(pd.Series(values), kind) is None
