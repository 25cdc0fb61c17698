"""Pipelines as ONNX graphs, compared with scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from graphs import predict
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, Ridge, TweedieRegressor
from sklearn.neighbors import KNeighborsRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)
from sklearn.svm import SVR, NuSVR
from sklearn.tree import ExtraTreeRegressor

from training.convert import to_onnx
from training.errors import UserError
from training.linear import GENERALIZED_LINEAR, LINEAR
from training.signature import read_signature

RANDOM = np.random.default_rng(0)
ROWS = pd.DataFrame(RANDOM.normal(size=(100, 3)), columns=list("abc"))
TARGET = (ROWS["a"] * 3 + ROWS["b"] ** 2 + 10).to_numpy()
DOUBLES = dict.fromkeys(ROWS, "double")


@pytest.mark.parametrize(
    "model",
    [
        LinearRegression(),
        LinearRegression(fit_intercept=False),
        *(kind() for kind in (*LINEAR, *GENERALIZED_LINEAR)),
        TweedieRegressor(power=1.5),
        make_pipeline(StandardScaler(), LinearRegression()),
        make_pipeline(StandardScaler(with_mean=False), LinearRegression()),
        make_pipeline(StandardScaler(with_std=False), LinearRegression()),
        make_pipeline(FunctionTransformer(), LinearRegression()),
        make_pipeline("passthrough", None, LinearRegression()),
        TransformedTargetRegressor(LinearRegression(), transformer=StandardScaler()),
        TransformedTargetRegressor(Ridge(), transformer=StandardScaler(with_mean=False)),
        TransformedTargetRegressor(Ridge(), transformer=StandardScaler(with_std=False)),
        TransformedTargetRegressor(Ridge(), func=np.log, inverse_func=np.exp),
        TransformedTargetRegressor(Ridge(), func=np.log1p, inverse_func=np.expm1),
        TransformedTargetRegressor(Ridge()),
        make_pipeline(MaxAbsScaler(), Ridge()),
        make_pipeline(RobustScaler(), Ridge()),
        make_pipeline(RobustScaler(with_centering=False), Ridge()),
        make_pipeline(RobustScaler(with_scaling=False), Ridge()),
        make_pipeline(MinMaxScaler(), Ridge()),
        make_pipeline(MinMaxScaler((-1, 2)), Ridge()),
        make_pipeline(PolynomialFeatures(), LinearRegression()),
        make_pipeline(PolynomialFeatures(3, interaction_only=True), LinearRegression()),
        make_pipeline(PolynomialFeatures((2, 3), include_bias=False), Ridge()),
        make_pipeline(PolynomialFeatures(0), Ridge()),
        SVR(),
        SVR(kernel="linear"),
        SVR(kernel="poly", degree=2, coef0=1),
        SVR(kernel="sigmoid", gamma=0.01),
        make_pipeline(StandardScaler(), NuSVR()),
        KNeighborsRegressor(),
        KNeighborsRegressor(1, algorithm="kd_tree"),
    ],
    ids=str,
)
def test_one_tensor_is_predicted_as_by_scikit_learn(model):
    graph = to_onnx(model.fit(ROWS, TARGET), DOUBLES)
    assert [str(value) for value in read_signature(graph).inputs] == ["features double[N,3]"]
    rows = pd.concat([ROWS + 0.01, ROWS * 3])
    np.testing.assert_allclose(predict(graph, rows), model.predict(rows), rtol=1e-9)


def test_neighbours_are_found_although_one_column_is_much_larger():
    rows = ROWS.assign(a=ROWS["a"].round() * 1e12)
    model = KNeighborsRegressor(1).fit(rows, TARGET)
    rows = rows.assign(b=rows["b"] + 0.01)
    np.testing.assert_array_equal(predict(to_onnx(model, DOUBLES), rows), model.predict(rows))


def test_scaled_values_can_be_clipped():
    model = make_pipeline(MinMaxScaler(clip=True), Ridge()).fit(ROWS, TARGET)
    graph = to_onnx(model, DOUBLES)
    np.testing.assert_allclose(predict(graph, ROWS * 3), model.predict(ROWS * 3), rtol=1e-12)
    assert not np.allclose(predict(graph, ROWS * 3)[:5], predict(graph, ROWS * 2)[:5], rtol=1e-12)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic", "identity"])
def test_a_network_is_predicted_as_by_scikit_learn(activation):
    network = MLPRegressor(
        hidden_layer_sizes=(6, 4), activation=activation, max_iter=20, random_state=0
    )
    model = make_pipeline(StandardScaler(), network).fit(ROWS, TARGET)
    np.testing.assert_allclose(
        predict(to_onnx(model, DOUBLES), ROWS), model.predict(ROWS), rtol=1e-9
    )


def test_float_features_are_computed_with_in_double():
    rows = ROWS.astype(np.float32).astype(float)
    model = make_pipeline(StandardScaler(), LinearRegression()).fit(rows, TARGET)
    graph = to_onnx(model, dict.fromkeys(ROWS, "float"))
    assert str(read_signature(graph).inputs[0]) == "features float[N,3]"
    np.testing.assert_allclose(predict(graph, rows), model.predict(rows), rtol=1e-12)


@pytest.mark.parametrize(
    "imputer",
    [
        SimpleImputer(),
        SimpleImputer(strategy="median"),
        SimpleImputer(strategy="most_frequent"),
        SimpleImputer(strategy="constant", fill_value=7.5),
    ],
    ids=str,
)
def test_missing_numbers_are_filled_in(imputer):
    rows = ROWS.mask(RANDOM.random(ROWS.shape) < 0.2)
    model = make_pipeline(imputer, LinearRegression()).fit(rows, TARGET)
    np.testing.assert_allclose(
        predict(to_onnx(model, DOUBLES), rows), model.predict(rows), rtol=1e-12
    )


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(
    ("model", "found"),
    [
        (SVR(kernel=lambda x, y: x @ y.T), "SVR with kernel=<function"),
        (KNeighborsRegressor(weights="distance"), "KNeighborsRegressor with weights='distance'"),
        (KNeighborsRegressor(p=1), "KNeighborsRegressor with effective_metric_='manhattan'"),
        (ExtraTreeRegressor(), "ExtraTreeRegressor"),
        (make_pipeline(Normalizer(), LinearRegression()), "Normalizer"),
        (make_pipeline(FunctionTransformer(np.cbrt), Ridge()), "FunctionTransformer with func="),
        (
            TransformedTargetRegressor(Ridge(), func=np.sqrt, inverse_func=np.square),
            "TransformedTargetRegressor with inverse_func=<ufunc 'square'>",
        ),
        (
            TransformedTargetRegressor(Ridge(), transformer=RobustScaler()),
            "TransformedTargetRegressor with transformer RobustScaler",
        ),
        (make_pipeline(SimpleImputer(add_indicator=True), Ridge()), "with add_indicator=True"),
        (make_pipeline(SimpleImputer(missing_values=0), Ridge()), "with missing_values=0"),
        (MLPRegressor(loss="poisson"), "MLPRegressor with out_activation_='exp'"),
    ],
)
def test_what_is_not_known_is_named(model, found):
    with pytest.raises(UserError) as error:
        to_onnx(model.fit(ROWS, TARGET), DOUBLES)
    message = str(error.value)
    assert message.startswith("There is no export of ")
    assert found in message
    assert message.endswith(
        "xport it with another exporter, such as skl2onnx, and give the file its model card with "
        "'run.py card'."
    )


@pytest.mark.filterwarnings("ignore:Skipping features without any observed values")
def test_a_column_that_was_empty_in_the_fit_is_refused():
    rows = ROWS.assign(b=np.nan)
    model = make_pipeline(SimpleImputer(), Ridge()).fit(rows, TARGET)
    with pytest.raises(UserError, match="SimpleImputer with a column that was empty in the fit"):
        to_onnx(model, DOUBLES)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(
    ("model", "found"),
    [
        (LinearRegression(), "LinearRegression with 2 targets"),
        (KNeighborsRegressor(), "KNeighborsRegressor with 2 targets"),
        (MLPRegressor(max_iter=2), "MLPRegressor with n_outputs_=2"),
    ],
)
def test_two_targets_are_too_many(model, found):
    with pytest.raises(UserError, match=found):
        to_onnx(model.fit(ROWS, np.column_stack([TARGET, TARGET])), DOUBLES)


@pytest.mark.parametrize(
    ("types", "found"),
    [
        (DOUBLES | {"c": "float"}, "double, float"),
        (dict.fromkeys("abc", "int64"), "int64"),
        (DOUBLES | {"c": "string"}, "double, string"),
    ],
)
def test_one_tensor_holds_one_floating_type(types, found):
    with pytest.raises(UserError) as error:
        to_onnx(LinearRegression().fit(ROWS, TARGET), types)
    assert str(error.value) == (
        f"One tensor cannot hold features of type {found}. "
        "Put a ColumnTransformer first, or make all features double or all float."
    )


def test_an_input_is_not_called_by_emoji():
    rows = ROWS.rename(columns={"a": "area 🏠"})
    model = make_pipeline(
        ColumnTransformer([("all", StandardScaler(), list(rows))]), LinearRegression()
    ).fit(rows, TARGET)
    with pytest.raises(UserError, match=r"area 🏠 has a character beyond U\+FFFF"):
        to_onnx(model, dict.fromkeys(rows, "double"))


def called(*names):
    """Return rows whose features have these names, and a model fitted on them by column."""
    rows = ROWS.set_axis(names, axis=1)
    columns = ColumnTransformer([("all", StandardScaler(), list(names))])
    return rows, make_pipeline(columns, LinearRegression()).fit(rows, TARGET)


def test_a_feature_is_not_called_as_an_output_is():
    rows, model = called("a", "predict", "interval")
    with pytest.raises(UserError, match=r"feature is called predict, .*\. Rename the feature\."):
        to_onnx(model, dict.fromkeys(rows, "double"))
    rows, model = called("a", "b", "interval")
    assert "interval" in read_signature(to_onnx(model, dict.fromkeys(rows, "double"))).names
    with pytest.raises(UserError, match="A feature is called interval, as is an output"):
        to_onnx(model, dict.fromkeys(rows, "double"), lambda graph, x, prediction: prediction)


def test_features_may_be_called_as_nodes_and_constants_are():
    rows, model = called("/constant_0", "/Gemm_6", "/Concat_3")
    graph = to_onnx(model, dict.fromkeys(rows, "double"))
    np.testing.assert_allclose(predict(graph, rows), model.predict(rows), rtol=1e-12)
