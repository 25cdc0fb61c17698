"""The notebook to copy, for any CSV file and pipeline."""

import nbformat
import pytest

from training.card import load_model, read_card
from training.check import check
from training.files import FOLDER
from training.notebook import execute
from training.signature import read_signature

NOTEBOOK = FOLDER / "your-data.ipynb"


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("your-data")
    return execute(NOTEBOOK, folder).cells, folder


def test_it_writes_a_model_with_a_card_and_the_rows(executed):
    _, folder = executed
    assert {path.name for path in folder.iterdir()} == {
        *("model.onnx", "evaluation.csv", "trained-on.csv")
    }
    model = load_model(folder / "model.onnx")
    card = read_card(model)
    check(card, read_signature(model))
    assert (card["name"], card["version"]) == ("homes", "1")
    assert card["held_out"]["r2"] > 0.7
    assert card["fingerprint"]["rows"] == 1200
    assert [each["name"] for each in card["features"] if "missing" in each] == [
        *("rooms", "ocean_proximity")
    ]


def test_it_shows_tables_and_plots_and_no_warnings(executed):
    cells, _ = executed
    shown = [output for cell in cells for output in cell.get("outputs", [])]
    assert sum("image/png" in output.get("data", {}) for output in shown) == 2
    assert [output for output in shown if output.get("name") == "stderr"] == []


def test_any_pipeline_takes_ten_lines():
    cells = {cell.id: cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells}
    code = cells["export"].replace("(\n", "(").replace(",\n", ",")
    assert len([line for line in code.splitlines() if line]) <= 10
