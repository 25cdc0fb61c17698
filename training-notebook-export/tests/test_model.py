"""The committed model, and the one that the notebook makes."""

import json
from dataclasses import asdict

import nbformat
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from training import boston
from training.__main__ import main
from training.card import load_model, read_card
from training.check import check
from training.csv_files import read_table
from training.describe import describe_target
from training.errors import UserError
from training.evaluate import measure
from training.files import FOLDER, sha256
from training.fingerprint import contains
from training.interval import coverage_by_fifth
from training.linear import INTERVAL, PREDICT
from training.notebook import execute
from training.row_hash import row_hashes
from training.runtime import run
from training.signature import read_signature

COMMITTED = FOLDER / "model"
NOTEBOOK = FOLDER / "boston.ipynb"
FILES = {"model.onnx", "example.json", "parity.json", "evaluation.csv", "SHA256SUMS"}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Run the command; return its folder, and the notebook with the outputs of its cells."""
    folder = tmp_path_factory.mktemp("retrained") / "model"
    executed = []

    def execute_and_keep(*arguments):
        executed.append(execute(*arguments))
        return executed[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1600000000")
        patch.setattr("training.commands.train.execute", execute_and_keep)
        assert main(["train", "--output", str(folder)]) == 0
    [notebook] = executed
    return folder, notebook


@pytest.fixture(scope="module")
def retrained(trained):
    return trained[0]


def outputs(folder, name, columns=1):
    path = folder / "model.onnx"
    features, _ = boston.load().all
    return run(path, read_signature(load_model(path)), features, name, columns)


def card(folder):
    return read_card(load_model(folder / "model.onnx"))


def read_json(folder, name):
    return json.loads((folder / name).read_text(encoding="utf-8"))


def test_the_notebook_writes_its_files(retrained):
    assert {path.name for path in retrained.iterdir()} == FILES
    assert card(retrained)["trained_at"] == "2020-09-13T12:26:40Z"


def test_the_notebook_makes_the_committed_model_again(retrained):
    for name, columns in ((PREDICT, 1), (INTERVAL, 2)):
        again, committed = (outputs(folder, name, columns) for folder in (retrained, COMMITTED))
        np.testing.assert_allclose(again, committed, rtol=1e-9)
    for member in ("name", "version", "features", "data_sha256", "fingerprint"):
        assert card(retrained)[member] == card(COMMITTED)[member]
    evaluation = [(folder / "evaluation.csv").read_bytes() for folder in (retrained, COMMITTED)]
    assert evaluation[0] == evaluation[1]
    for name in ("example.json", "parity.json"):
        assert read_json(retrained, name).keys() == read_json(COMMITTED, name).keys()


def read_sums(folder):
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split("  ") for line in lines)}


def test_the_sums_name_the_model_and_what_it_is_trained_from(retrained):
    sums = read_sums(retrained)
    for name in ("model.onnx", "evaluation.csv"):
        assert sums[f"model/{name}"] == sha256(retrained / name)
    for name in ("boston.csv", "boston.ipynb", "requirements.txt", "training/linear.py"):
        assert sums[name] == sha256(FOLDER / name)


def test_the_committed_model_is_trained_from_what_is_committed(retrained):
    sums = read_sums(COMMITTED)
    stale = [name for name, digest in sums.items() if sha256(FOLDER / name) != digest]
    assert not stale, "Changed since the training: run 'run.py train', and commit model/."
    assert sums.keys() == read_sums(retrained).keys()


def test_the_card_fits_the_model_and_the_data(retrained):
    features, price = boston.load().training
    check(card(COMMITTED), read_signature(load_model(COMMITTED / "model.onnx")))
    assert card(COMMITTED)["data_sha256"] == sha256(boston.DATA)
    assert card(COMMITTED)["version"] == f"3-{sha256(boston.DATA)[:8]}"
    assert card(COMMITTED)["metrics"]["rows"] == len(price)
    assert card(retrained)["target"] == describe_target(boston.TARGET, price.to_numpy())
    for feature in card(COMMITTED)["features"]:
        column = features[feature["name"]]
        assert (feature["min"], feature["max"]) == (column.min(), column.max())
        assert feature["mean"] == pytest.approx(column.mean())


def test_the_model_predicts_what_scikit_learn_does():
    parity = read_json(COMMITTED, "parity.json")
    assert parity["model"] == f"{card(COMMITTED)['name']}@{card(COMMITTED)['version']}"
    data = boston.load()
    predictions = LinearRegression().fit(*data.training).predict(data.all.features)
    np.testing.assert_allclose(parity["predictions"], predictions, rtol=1e-9)
    np.testing.assert_allclose(outputs(COMMITTED, PREDICT)[:, 0], predictions, rtol=1e-9)


def test_the_articles_506_rows_give_the_articles_prediction():
    features, price = boston.load().all
    model = LinearRegression().fit(features[:506], price[:506])
    assert model.predict(features[:1])[0] == pytest.approx(30.00384337701, rel=1e-12)


def test_parity_and_example_are_the_rows_of_the_data():
    features, _ = boston.load().all
    rows = read_json(COMMITTED, "parity.json")["rows"]
    assert [list(row) for row in rows] == [list(boston.FEATURES)] * len(features)
    assert [list(row.values()) for row in rows] == features.to_numpy().tolist()
    assert read_json(COMMITTED, "example.json") == rows[0] == card(COMMITTED)["example"]
    assert (COMMITTED / "example.json").read_text().split()[1:9] == (
        ['"CRIM":', "0.00632,", '"ZN":', "18,", '"INDUS":', "2.31,", '"CHAS":', "0,"]
    )


def test_the_evaluation_is_the_rows_held_out_as_they_stand_in_the_data():
    lines = boston.DATA.read_text().splitlines()
    held_out = (COMMITTED / "evaluation.csv").read_text().splitlines()
    assert held_out[0] == lines[0]
    assert len(held_out) == 1 + 97
    assert [line for line in lines if line in set(held_out)] == held_out
    assert [lines.index(line) - 1 for line in held_out[1:9]] == [1, 2, 14, 23, 28, 30, 33, 35]


def test_the_fingerprint_has_the_other_rows_and_hardly_one_held_out():
    data, fingerprint = read_table(boston.DATA), card(COMMITTED)["fingerprint"]
    held_out = set((COMMITTED / "evaluation.csv").read_text().splitlines())
    seen = {True: 0, False: 0}
    for (_, cells), each in zip(data.lines, row_hashes(data, fingerprint["columns"]), strict=True):
        is_held_out = ",".join(cells) in held_out
        found = contains(fingerprint, each)
        assert found or is_held_out
        seen[is_held_out] += found
    assert (seen[False], fingerprint["rows"]) == (409, 409)
    assert seen[True] <= 3  # Expected: 0.3 % of 97.


def test_the_card_is_measured_on_the_rows_held_out():
    features, price = boston.load().held_out
    path = COMMITTED / "model.onnx"
    signature = read_signature(load_model(path))
    prediction = run(path, signature, features, PREDICT)[:, 0]
    lower, upper = run(path, signature, features, INTERVAL, columns=2).T
    assert card(COMMITTED)["held_out"] == pytest.approx(asdict(measure(price, prediction)))
    inside = ((lower <= price) & (price <= upper)).to_numpy()
    interval = card(COMMITTED)["interval"]
    assert interval["coverage"] == pytest.approx(inside.mean())
    assert interval["coverage_by_fifth"] == pytest.approx(coverage_by_fifth(prediction, inside))
    assert (card(COMMITTED)["metrics"]["folds"], card(COMMITTED)["held_out"]["rows"]) == (10, 97)


def test_the_interval_contains_the_prediction_of_every_row():
    path, random = COMMITTED / "model.onnx", np.random.default_rng(0)
    features, _ = boston.load().all
    low, high = features.min().to_numpy(), features.max().to_numpy()
    drawn = pd.DataFrame(random.uniform(low, high, (2000, len(low))), columns=features.columns)
    rows, signature = pd.concat([features, drawn]), read_signature(load_model(path))
    lower, upper = run(path, signature, rows, INTERVAL, columns=2).T
    prediction = run(path, signature, rows, PREDICT)[:, 0]
    assert np.all((lower <= prediction) & (prediction <= upper))
    np.testing.assert_allclose((lower + upper) / 2, prediction, rtol=1e-9, atol=1e-9)


def test_the_metrics_say_how_far_they_vary():
    metrics = card(COMMITTED)["metrics"]
    assert metrics["repeats"] == 3
    assert 0.03 < metrics["std"]["r2"] < 0.2


def test_the_notebook_shows_its_tables_and_plots(trained):
    _, notebook = trained
    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert sum("image/png" in output.get("data", {}) for output in shown) == 6
    assert [output for output in shown if output.get("name") == "stderr"] == []


def test_a_failing_cell_is_shown_and_nothing_written(tmp_path):
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    slow = {"distributions", "correlations", "predicted-against-actual", "residuals"}
    notebook.cells = [cell for cell in notebook.cells if cell.id not in slow]
    [parameters] = [cell for cell in notebook.cells if cell.id == "parameters"]
    for given, quick in (
        ("FOLDS = 10", "FOLDS = 3"),
        ("FOLDINGS = 3", "FOLDINGS = 1"),
        ("REPEATS = 100", "REPEATS = 2"),
    ):
        assert given in parameters.source
        parameters.source = parameters.source.replace(given, quick)
    notebook.cells[-1].source = notebook.cells[-1].source.replace(
        "served[:, 0]", "served[:, 0] + 1e-6"
    )
    nbformat.write(notebook, tmp_path / "broken.ipynb")
    with pytest.raises(UserError) as error:
        execute(tmp_path / "broken.ipynb", tmp_path / "model")
    message = str(error.value)
    assert message.startswith("broken.ipynb failed and wrote nothing: ")
    assert "served[:, 0] + 1e-6" in message
    assert "Not equal to tolerance rtol=1e-09" in message
    assert "\x1b" not in message
    assert {path.name for path in tmp_path.iterdir()} == {"broken.ipynb"}
