"""Intervals whose width follows the row, in scikit-learn and in the graph."""

import numpy as np
import pandas as pd
import pytest

from training.errors import UserError
from training.graph import Graph
from training.interval import Calibration, Interval, calibrate, coverage_by_fifth, describe_coverage
from training.kinds import INTERVALS
from training.runtime import run
from training.shapes import Constant
from training.signature import read_signature
from training.split import leave_out

RANDOM = np.random.default_rng(0)
COUNT = 1500
X = RANDOM.uniform(0, 10, (2 * COUNT, 2))
CENTER = 10 + 5 * X[:, 0]
# The noise grows with the prediction, tenfold.
TARGET = CENTER + RANDOM.normal(size=2 * COUNT) * (0.5 + 0.5 * X[:, 0])
FOLDS = leave_out(np.arange(COUNT) % 3)


def calibration(log=False, of=TARGET):
    change = np.log if log else np.asarray
    center, target = change(CENTER[:COUNT]), change(of[:COUNT])
    return Calibration(np.column_stack([X[:COUNT], center]), [], target - center, FOLDS)


def covered(interval):
    """Return the coverage by fifth, on rows that the interval was not calibrated on."""
    lower, upper = interval.bounds(X[COUNT:], CENTER[COUNT:]).T
    inside = (lower <= TARGET[COUNT:]) & (TARGET[COUNT:] <= upper)
    return describe_coverage(CENTER[COUNT:], inside)


def test_a_constant_width_fails_where_the_noise_is_large_and_others_do_not():
    worst = {kind: covered(calibrate(calibration(), 0.9, kind)) for kind in INTERVALS}
    for kind, found in worst.items():
        assert found["coverage"] == pytest.approx(0.9, abs=0.03), kind
    assert worst["constant"]["coverage_by_fifth"][4] < 0.8
    assert min(worst["scaled"]["coverage_by_fifth"]) > 0.83
    assert min(worst["quantile"]["coverage_by_fifth"]) > 0.83


def test_the_shape_that_covers_each_fifth_best_is_chosen():
    chosen = calibrate(calibration(), 0.9, "auto")
    assert not isinstance(chosen.shape, Constant)
    assert chosen.coverage.keys() == set(INTERVALS)
    assert chosen.is_output
    even = calibrate(calibration(of=CENTER + RANDOM.normal(size=2 * COUNT)), 0.9, "auto")
    assert isinstance(even.shape, Constant)
    assert even.describe("interval").keys() == {
        *("level", "method", "lower", "upper", "calibration_rows")
    }


def test_few_rows_get_a_constant_width():
    some = calibration()
    first = np.arange(COUNT) < 99
    few = Calibration(
        some.rows[first], [], some.residuals[first], [(a[first], b[first]) for a, b in FOLDS]
    )
    assert list(calibrate(few, 0.9, "auto").coverage) == ["constant"]


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("kind", INTERVALS)
def test_the_graph_gives_the_same_bounds_and_the_prediction_is_always_inside(kind, log):
    interval = calibrate(calibration(log), 0.5, kind, log)
    graph = Graph()
    rows = graph.input("features", "double", 2)
    prediction = graph.affine(rows, [[5.0], [0.0]], [10.0])
    bounds = interval.add(graph, rows, prediction)
    graph.output(prediction, "predict")
    graph.output(bounds, "interval", columns=2)
    model = graph.model()
    # Also beyond all calibration rows.
    asked = RANDOM.uniform(0, 30, (2000, 2))
    expected = interval.bounds(asked, 10 + 5 * asked[:, 0])
    served = run(
        *(model.SerializeToString(), read_signature(model), pd.DataFrame(asked)),
        *("interval", 2),
    )
    np.testing.assert_allclose(served, expected, rtol=1e-5)
    lower, upper = served.T
    predicted = run(
        *(model.SerializeToString(), read_signature(model), pd.DataFrame(asked), "predict"),
    )[:, 0]
    assert np.all((lower <= predicted) & (predicted <= upper))
    assert not log or lower.min() > 0


def test_by_logarithms_bounds_are_in_proportion_to_the_prediction():
    interval = Interval(Constant(), np.log(2), 0.9, 100, log=True, coverage={})
    assert interval.bounds(np.zeros((2, 1)), np.array([1.0, 10])).tolist() == [
        pytest.approx([0.5, 2]),
        pytest.approx([5, 20]),
    ]


def test_where_earlier_rows_are_lacking_the_rest_calibrates():
    some = calibration()
    own = np.arange(COUNT) * 3 // COUNT
    forward = [(own < number, own == number) for number in range(3)]
    ordered = Calibration(some.rows, [], some.residuals, forward)
    assert calibrate(ordered, 0.9, "scaled").calibration_rows == COUNT * 2 // 3
    assert calibrate(ordered, 0.9, "constant").calibration_rows == COUNT


def test_fifths_go_from_the_lowest_prediction_to_the_highest():
    prediction = np.array([5, 1, 2, 9, 8, 3, 4, 7, 6, 0])
    assert coverage_by_fifth(prediction, prediction >= 5) == [0, 0, 0.5, 1, 1]
    assert describe_coverage(prediction, prediction >= 5) == {"coverage": 0.5}


def test_a_perfect_model_gets_an_interval_of_no_width():
    assert calibrate(calibration(of=CENTER), 0.9, "auto").describe("interval")["upper"] == 0


def test_a_level_that_is_none_is_refused_before_anything_is_fitted():
    with pytest.raises(UserError, match="level is 2"):
        calibrate(calibration(), 2, "auto")
