import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from training.linear import INTERVAL, PREDICT, linear_graph
from training.runtime import run
from training.signature import read_signature

ROWS = pd.DataFrame({"a": [1.0, 2.0, 0.0], "b": [10.0, 0.0, 0.0]})


def linear(coefficients, intercept):
    model = LinearRegression()
    model.coef_, model.intercept_ = np.array(coefficients), intercept
    return model


def outputs(graph):
    return [(output.name, output.type, output.shape) for output in read_signature(graph).outputs]


def test_a_graph_predicts_exactly_what_the_model_does():
    graph = linear_graph(linear([2.0, 0.5], 1.0))
    assert outputs(graph) == [(PREDICT, "double", (None, 1))]
    prediction = run(graph.SerializeToString(), read_signature(graph), ROWS, PREDICT)
    assert prediction.tolist() == [[8.0], [5.0], [1.0]]


def test_a_graph_gives_bounds_around_its_prediction():
    graph = linear_graph(linear([2.0, 0.5], 1.0), half_width=4.0)
    assert outputs(graph) == [(PREDICT, "double", (None, 1)), (INTERVAL, "double", (None, 2))]
    signature, content = read_signature(graph), graph.SerializeToString()
    assert run(content, signature, ROWS, PREDICT).tolist() == [[8.0], [5.0], [1.0]]
    bounds = [[4.0, 12.0], [1.0, 9.0], [-3.0, 5.0]]
    assert run(content, signature, ROWS, INTERVAL, columns=2).tolist() == bounds


@pytest.mark.parametrize("columns", [1, 13, 200])
def test_a_graph_takes_one_double_tensor_of_all_features(columns):
    [features] = read_signature(linear_graph(linear([1.0] * columns, 0.0))).inputs
    assert (features.name, features.type, features.shape) == ("features", "double", (None, columns))
