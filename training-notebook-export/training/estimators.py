"""What `fit` fits: five kinds of regressors, each behind the steps that its features need."""

from collections.abc import Mapping

from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeRegressor

from training.signature import FLOATING

# Kind → type of its numbers: trees round them to float32 anyway.
NUMBERS = {
    "linear": "double",
    "boosting": "float",
    "forest": "float",
    "tree": "float",
    "mlp": "double",
}
# Kind → largest error of its graph, relative to the largest prediction: trees sum in float32.
TOLERANCES = {"linear": 1e-9, "boosting": 1e-5, "forest": 1e-5, "tree": 1e-5, "mlp": 1e-9}


def make_estimator(kind: str, types: Mapping[str, str], missing: bool, seed: int) -> Pipeline:
    """Return a pipeline to fit on features of these types.

    `kind` is one of `NUMBERS`. Given `missing`, numbers that are NaN become the median; the empty
    string is a category like others. An unknown category counts as none.
    """
    steps = [SimpleImputer(strategy="median")] if missing else []
    if kind in ("linear", "mlp"):
        steps.append(StandardScaler())
    if not set(types.values()) <= set(FLOATING):
        steps = [_by_type(types, steps)]
    return make_pipeline(*steps, _regressor(kind, seed))


def _by_type(types: Mapping[str, str], steps: list) -> ColumnTransformer:
    def of(*kinds: str) -> list[str]:
        return [name for name, kind in types.items() if kind in kinds]

    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    blocks = [
        ("numbers", make_pipeline(*steps) if steps else "passthrough", of(*FLOATING)),
        ("flags", "passthrough", of("bool")),
        ("categories", one_hot, of("string")),
    ]
    return ColumnTransformer([block for block in blocks if block[-1]])


def _regressor(kind: str, seed: int):
    match kind:
        case "linear":
            return LinearRegression()
        case "boosting":
            return GradientBoostingRegressor(min_samples_leaf=10, random_state=seed)
        case "forest":
            return RandomForestRegressor(min_samples_leaf=5, random_state=seed)
        case "tree":
            return DecisionTreeRegressor(random_state=seed)
        case "mlp":
            network = MLPRegressor(
                hidden_layer_sizes=(32, 16), max_iter=500, early_stopping=True, random_state=seed
            )
            return TransformedTargetRegressor(network, transformer=StandardScaler())
