import json

import pandas as pd
import pytest

from training.background import MOST_ROWS, describe_background
from training.errors import UserError

ROWS = pd.DataFrame(
    {
        "area": [float(number) for number in range(200)],
        "new": [number % 2 == 0 for number in range(200)],
        "city": ["" if number % 3 else "Lynn" for number in range(200)],
    }
)


def test_rows_are_drawn_whole_and_once_each():
    [background] = describe_background(ROWS, missing=["city"]).values()
    assert len(background) == MOST_ROWS
    assert len({row[0] for row in background}) == MOST_ROWS
    for area, new, city in background:
        assert new is (area % 2 == 0)
        assert city == (None if area % 3 else "Lynn")


def test_the_seed_draws_the_same_rows_again():
    assert describe_background(ROWS, seed=2) == describe_background(ROWS, seed=2)
    assert describe_background(ROWS, seed=2) != describe_background(ROWS, seed=1)


def test_fewer_rows_are_all_taken_and_whole_numbers_are_short():
    few = describe_background(ROWS[:3][["area"]])
    assert json.dumps(sorted(few["background"])) == "[[0], [1], [2]]"


def test_none_may_be_wanted():
    assert describe_background(ROWS, size=0) == {}
    with pytest.raises(UserError, match=r"101 rows is asked for\. Ask for 0 to 100 rows"):
        describe_background(ROWS, size=101)
