import numpy as np
import pytest
from sklearn.dummy import DummyRegressor

from training.errors import UserError
from training.evaluate import Metrics, cross_validate, measure


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
    target = np.array([0.0, 3, 6, 9])
    features = np.zeros((4, 1))
    prediction = cross_validate(DummyRegressor(), features, target, fold=np.array([2, 0, 1, 1]))
    # The mean of the others: of three, or of the two outside of fold 1.
    assert prediction.tolist() == [6, 5, 1.5, 1.5]
