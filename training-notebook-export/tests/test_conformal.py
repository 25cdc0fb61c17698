import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from training import boston
from training.conformal import conformal_quantile, coverage
from training.errors import UserError


@pytest.mark.parametrize(
    ("level", "expected"),
    [(0.5, 5), (0.55, 6), (0.6, 6), (0.61, 7), (0.9, 9)],
)
def test_the_quantile_of_nine_scores_is_the_one_of_rank_ten_times_level(level, expected):
    assert conformal_quantile(np.array([3, 1, 4, 2, 5, 9, 6, 8, 7]), level) == expected


def test_rounding_does_not_raise_the_rank():
    # 100 * 0.55 is a little more than 55 in binary.
    assert conformal_quantile(np.arange(1, 100), 0.55) == 55


def test_too_few_rows_are_refused():
    with pytest.raises(UserError) as error:
        conformal_quantile(np.arange(8), 0.9)
    assert str(error.value) == (
        "An interval of level 0.9 needs 9 rows to calibrate on, and there are 8. "
        "Give more rows or a lower level."
    )


@pytest.mark.parametrize("level", [0.0, 1.0, -1.0, 90.0, float("nan")])
def test_a_level_outside_0_and_1_is_refused(level):
    with pytest.raises(UserError, match=r"level is .*\. Give one between 0 and 1"):
        conformal_quantile(np.arange(1000), level)


def test_the_interval_contains_rows_set_aside_about_as_often_as_its_level_says():
    features, price = boston.load().all
    level, repeats = 0.9, 40
    shares = coverage(LinearRegression(), features, price, level, seed=1978, repeats=repeats)
    # No theorem guarantees it for so few rows, but linear regression is stable: three standard
    # errors.
    margin = 3 * shares.std(ddof=1) / np.sqrt(repeats)
    assert margin < 0.02
    assert abs(shares.mean() - level) < margin + 0.01
