import numpy as np
import pytest
from sklearn.dummy import DummyRegressor

from training.errors import UserError
from training.evaluate import Metrics, cross_validate, describe_metrics, measure
from training.split import forward_folds, leave_out


def test_metrics_are_those_computed_by_hand():
    # Residuals 1, -1, 2, 0; the target's mean is 4, its squared deviations sum to 20.
    metrics = measure(np.array([1.0, 3, 5, 7]), np.array([0.0, 4, 3, 7]))
    assert metrics == Metrics(
        rmse=pytest.approx(1.5**0.5), mae=pytest.approx(1.0), r2=pytest.approx(0.7), rows=4
    )


def test_a_target_that_does_not_vary_has_no_r2():
    with pytest.raises(UserError, match=r"the same in all 3 rows, .*\. Give rows with"):
        measure(np.ones(3), np.ones(3))


def test_each_row_is_predicted_by_the_other_folds():
    target, features = np.array([0.0, 3, 6, 9]), np.zeros((4, 1))
    folds = leave_out(np.array([2, 0, 1, 1]))
    # The mean of the other rows: of three, or of the two outside fold 1.
    assert cross_validate(DummyRegressor(), features, target, folds).tolist() == [6, 5, 1.5, 1.5]


def test_a_row_is_predicted_from_earlier_ones_and_the_first_ones_not_at_all():
    times = np.array([5, 1, 2, 2, 3, 4])
    target, features = times * 10.0, np.zeros((6, 1))
    folds = forward_folds(times, 2)
    prediction = cross_validate(DummyRegressor(), features, target, folds)
    # Blocks: 1 and 2 and 2, then 3, then 4 and 5.
    none, first = np.nan, 50 / 3
    assert prediction.tolist() == pytest.approx([20, none, none, none, first, 20], nan_ok=True)


def test_metrics_are_means_over_repeats_with_their_deviation_from_fold_to_fold():
    target, fold = np.array([0.0, 2, 0, 4]), np.array([0, 0, 1, 1])
    folds = [leave_out(fold), leave_out(fold)]
    metrics = describe_metrics(target, [target + 1, target + np.array([0, 0, 3, 3])], folds)
    assert metrics.pop("std") == {
        # Of 1, 1, 0 and 3 in both; R² of a fold is 0, 0.75, 1 and -1.25.
        "rmse": pytest.approx(np.std([1, 1, 0, 3], ddof=1)),
        "mae": pytest.approx(np.std([1, 1, 0, 3], ddof=1)),
        "r2": pytest.approx(np.std([0, 0.75, 1, -1.25], ddof=1)),
    }
    assert metrics == {
        "rmse": pytest.approx((1 + 4.5**0.5) / 2),
        "mae": pytest.approx((1 + 1.5) / 2),
        "r2": pytest.approx(1 - (4 / 11 + 18 / 11) / 2),
        "rows": 4,
        "folds": 2,
        "repeats": 2,
    }
