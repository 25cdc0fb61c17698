"""Writes the folder examples: models, rows, and the predictions of the libraries that fitted them.

The tests of training and function compare served predictions with these.
"""

from pathlib import Path
from typing import Any

from training.card import KEY, load_model
from training.data import json_rows
from training.files import FOLDER, replace_files, to_json
from training.fit import fit
from training.homes import draw, with_gaps
from training.kinds import TOLERANCES
from training.options import Options
from training.samples import SEED, Sample, imputing, linear, mixed, mlp
from training.signature import read_signature
from training.tree_samples import boosting, forest, lightgbm_boosting

SAMPLES = {
    "linear": linear,
    "mlp": mlp,
    "boosting": boosting,
    "forest": forest,
    "lightgbm": lightgbm_boosting,
    "mixed": mixed,
    "imputing": imputing,
}
EXAMPLES = FOLDER / "examples"
CALIFORNIA = "california"


def write_examples(folder: Path) -> list[str]:
    """Write each of `SAMPLES`, and the worked example of the README, into a folder of its own.

    Returns the names of these folders. A folder holds model.onnx and rows.json; see the README.

    Raises UserError where a library cannot be loaded.
    """
    for name, sample in SAMPLES.items():
        write_example(folder / name, sample())
    write_california(folder / CALIFORNIA)
    return [*SAMPLES, CALIFORNIA]


def write_example(folder: Path, sample: Sample) -> None:
    """Write model.onnx and rows.json into `folder`."""
    model = sample.model.SerializeToString(deterministic=True)
    replace_files(folder, {"model.onnx": model, "rows.json": to_json(_document(sample))})


def write_california(folder: Path) -> None:
    """Write homes.csv, the model that `fit` makes of it, and rows that it was not fitted on."""
    homes = with_gaps(draw(rows=1500, seed=SEED), share=0.08, seed=SEED)
    text = homes.to_csv(index=False, lineterminator="\n")
    replace_files(folder, {"homes.csv": text.encode()})
    data, output, kind = folder / "homes.csv", folder / "model.onnx", "boosting"
    result = fit(data, output, Options({"name": "median_value", "unit": "USD"}, kind))
    rows = result.data.held_out.features[:40]
    predictions = result.estimator.predict(rows)
    sample = Sample(load_model(output), rows, predictions, TOLERANCES[kind], result.data.missing)
    write_example(folder, sample)


def _document(sample: Sample) -> dict[str, Any]:
    has_card = any(entry.key == KEY for entry in sample.model.metadata_props)
    has_names = has_card or read_signature(sample.model).names is not None
    return {
        "features": None if has_names else list(sample.rows),
        "missing": "allowed" if sample.missing and not has_card else None,
        "tolerance": sample.tolerance,
        "rows": [
            row if index % 2 else _without_null(row)
            for index, row in enumerate(json_rows(sample.rows, sample.missing))
        ],
        "predictions": sample.predictions.tolist(),
    }


def _without_null(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}
