"""Ensembles of trees, fitted on synthetic homes and exported, with rows near their splits."""

import numpy as np
import pandas as pd
from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor

from training.convert import to_onnx
from training.errors import UserError
from training.lightgbm_trees import lightgbm_graph
from training.samples import GAPS, MATRIX, NUMBERS, PRICE, SEED, Sample
from training.trees import round_down

FLOATS = dict.fromkeys(NUMBERS, "float")
OTHER_ROWS, SPLITS = 15, 9


def boosting() -> Sample:
    """Return gradient boosting: one tensor of float; the file does not name its columns."""
    model = GradientBoostingRegressor(min_samples_leaf=10, random_state=SEED).fit(MATRIX, PRICE)
    rows = _at_splits([each.tree_ for each in model.estimators_[:, 0]])
    return Sample(to_onnx(model, FLOATS), rows, model.predict(rows), 1e-5)


def forest() -> Sample:
    """Return a random forest: one tensor of float; the file does not name its columns."""
    model = RandomForestRegressor(20, min_samples_leaf=5, random_state=SEED).fit(MATRIX, PRICE)
    rows = _at_splits([each.tree_ for each in model.estimators_])
    return Sample(to_onnx(model, FLOATS), rows, model.predict(rows), 1e-5)


def lightgbm_boosting() -> Sample:
    """Return LightGBM's boosting, fitted on rows with NaN: one tensor of double, without names.

    Raises UserError where LightGBM cannot be loaded.
    """
    try:
        import lightgbm
    except OSError as error:
        raise UserError(
            f"LightGBM cannot be loaded: {error}.",
            "Install OpenMP (on Debian and Ubuntu: apt install libgomp1; on macOS: libomp).",
        ) from error
    matrix = GAPS[NUMBERS].astype(float)
    settings = {"num_leaves": 8, "deterministic": True, "num_threads": 1, "verbose": -1}
    model = lightgbm.train(settings, lightgbm.Dataset(matrix, PRICE), num_boost_round=60)
    roots = [tree["tree_structure"] for tree in model.dump_model()["tree_info"]]
    splits = [(root["split_feature"], root["threshold"]) for root in roots[:SPLITS]]
    rows = _with_changes(
        matrix, [(column, [at, np.nextafter(at, np.inf), np.nan]) for column, at in splits]
    )
    return Sample(lightgbm_graph(model), rows, model.predict(rows), 1e-6, missing=NUMBERS)


def _at_splits(trees: list) -> pd.DataFrame:
    """Return rows beside and at the first splits of scikit-learn's trees, after some others.

    Splits whose threshold would be rounded up to the nearest float32 are preferred. A threshold
    itself is the middle of two float32: its shortest decimal may be nearer to the other one than
    scikit-learn's rounding of the double says, so that the next double above it is taken.
    """
    splits = [(tree.feature[0], tree.threshold[0]) for tree in trees]
    splits.sort(key=lambda split: np.float32(split[1]) <= split[1])
    below = round_down(np.array([threshold for _, threshold in splits[:SPLITS]]))
    above = np.nextafter(below, np.float32(np.inf))
    return _with_changes(
        MATRIX,
        [
            (column, [float(low), float(high), np.nextafter(threshold, np.inf)])
            for (column, threshold), low, high in zip(splits, below, above, strict=False)
        ],
    )


def _with_changes(matrix: pd.DataFrame, changes: list[tuple[int, list[float]]]) -> pd.DataFrame:
    """Return some rows; then, for each change, one of them with each value in a column."""
    rows = matrix[:OTHER_ROWS].to_numpy().tolist()
    for row, (column, values) in zip(rows[:], changes, strict=False):
        rows += [[*row[:column], value, *row[column + 1 :]] for value in values]
    return pd.DataFrame(rows, columns=matrix.columns)
