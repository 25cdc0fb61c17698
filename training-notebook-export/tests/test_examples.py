"""The committed examples, and newly made ones."""

import contextlib
import io
import json
import re
import shlex
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from graphs import predict

from training.__main__ import main
from training.card import KEY, load_model, read_card
from training.check import check
from training.csv_files import read_table
from training.errors import UserError
from training.examples import (
    CALIFORNIA,
    EXAMPLES,
    SAMPLES,
)
from training.files import FOLDER, sha256
from training.fit import Fit, fit
from training.options import Options
from training.runtime import run
from training.signature import read_signature
from training.tree_samples import OTHER_ROWS, SPLITS

NAMES = [*SAMPLES, CALIFORNIA]
# Made by PyTorch, which is not among the requirements.
EMBEDDINGS = EXAMPLES / "embeddings"
HOMES = EXAMPLES / CALIFORNIA / "homes.csv"
# The last digits of a network's weights depend on the processor that fitted it.
TOLERANCE_OF_A_FIT = 1e-5


@dataclass
class Fresh:
    """The examples made now: their folder, what the command printed, and its one fit."""

    folder: Path
    printed: str
    data: Path
    options: Options
    fit: Fit


@pytest.fixture(scope="module")
def fresh(tmp_path_factory, request):
    """Make all examples with the command."""
    request.getfixturevalue("lightgbm")
    folder, fits = tmp_path_factory.mktemp("examples"), []

    def fit_and_keep(data, output, options):
        """Fit as `fit` does, but measure the model once instead of three times."""
        fits.append((data, options, fit(data, output, replace(options, repeats=1))))
        return fits[-1][-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("training.examples.fit", fit_and_keep)
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            assert main(["examples", "--output", str(folder)]) == 0
    [kept] = fits
    return Fresh(folder, printed.getvalue(), *kept)


def expected(folder):
    return json.loads((folder / "rows.json").read_text(encoding="utf-8"))


def answers(folder):
    """Run an example's model over its rows, as the function does."""
    model, document = load_model(folder / "model.onnx"), expected(folder)
    signature = read_signature(model)
    card = read_card(model) if has_card(model) else {"features": [], "target": {}}
    names = [feature["name"] for feature in card["features"]]
    inputs = {each["name"]: each["input"] for each in card["features"] if "input" in each}
    levels = card["target"].get("levels", [])
    types = signature.types(document["features"] or names or signature.names, inputs)
    empty = {name: "" if kind == "string" else np.nan for name, kind in types.items()}
    rows = [
        {name: empty[name] if row.get(name) is None else row[name] for name in types}
        for row in document["rows"]
    ]
    columns = len(levels) or 1
    output = signature.prediction(columns=columns).name
    found = run(model.SerializeToString(), signature, pd.DataFrame(rows), output, columns, inputs)
    return found[:, levels.index(0.5) if levels else 0]


def has_card(model):
    return any(entry.key == KEY for entry in model.metadata_props)


def test_the_committed_examples_are_all_there_are():
    assert {path.name for path in EXAMPLES.iterdir()} == {*NAMES, EMBEDDINGS.name}


@pytest.mark.parametrize("name", [*NAMES, EMBEDDINGS.name])
def test_a_committed_model_predicts_what_its_library_did(name):
    document = expected(EXAMPLES / name)
    np.testing.assert_allclose(
        answers(EXAMPLES / name), document["predictions"], rtol=document["tolerance"]
    )
    assert 30 <= len(document["rows"]) <= 60


@pytest.mark.parametrize("name", NAMES)
def test_an_example_made_now_is_the_committed_one(fresh, name):
    folder = fresh.folder / name
    now, committed = expected(folder), expected(EXAMPLES / name)
    for predictions in (answers(folder), now["predictions"]):
        np.testing.assert_allclose(predictions, committed["predictions"], rtol=TOLERANCE_OF_A_FIT)
    del now["predictions"], committed["predictions"]
    assert now == committed


def test_a_file_without_a_card_comes_with_the_necessary_settings():
    found = {}
    for name in NAMES:
        model, document = load_model(EXAMPLES / name / "model.onnx"), expected(EXAMPLES / name)
        if has_card(model):
            check(read_card(model), read_signature(model))
        found[name] = (has_card(model), document["features"] is not None, document["missing"])
    assert found == {
        "linear": (True, False, None),
        "mlp": (True, False, None),
        "boosting": (False, True, None),
        "forest": (False, True, None),
        "lightgbm": (False, True, "allowed"),
        "mixed": (False, False, None),
        "imputing": (True, False, None),
        "california": (True, False, None),
    }


@pytest.mark.parametrize("name", ["boosting", "forest", "lightgbm"])
def test_rows_on_both_sides_of_a_split_differ(name):
    document = expected(EXAMPLES / name)
    left, right, _ = np.reshape(document["predictions"][OTHER_ROWS:], (SPLITS, 3)).T
    assert np.abs(right / left - 1).min() > 2 * document["tolerance"]


def test_values_that_are_missing_are_null_or_left_out():
    for name in ("lightgbm", "imputing", "california"):
        rows = expected(EXAMPLES / name)["rows"]
        assert {value for row in rows for value in row.values()} >= {None}
        assert len({tuple(row) for row in rows}) > 1
        assert "" not in {value for row in rows for value in row.values()}


def test_the_mixed_example_has_an_unknown_category():
    categories = {row["ocean_proximity"] for row in expected(EXAMPLES / "mixed")["rows"]}
    assert categories == {"bay", "coast", "near coast", "inland", "lake", "Inland", ""}


def test_the_command_writes_all_of_them_to_the_given_folder(fresh):
    folder = fresh.folder
    assert fresh.printed == f"{', '.join(NAMES)} are in {folder}\n"
    assert {path.parent.name for path in folder.glob("*/model.onnx")} == set(NAMES)


def test_the_command_in_the_readme_gives_the_network_its_card(tmp_path, capsys):
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    [command] = re.findall(r"run\.py (card target/net/.*?)\n\n", readme, re.DOTALL)
    model, output = load_model(EMBEDDINGS / "model.onnx"), tmp_path / "model.onnx"
    committed = read_card(model)
    del model.metadata_props[:]
    (tmp_path / "net.onnx").write_bytes(model.SerializeToString())
    arguments = shlex.split(command.replace("\\\n", ""))
    arguments[1], arguments[-1] = str(tmp_path / "net.onnx"), str(output)
    arguments[arguments.index("--rows") + 1] = str(EMBEDDINGS / "held-out.csv")
    assert main(arguments) == 0
    assert read_card(load_model(output)) == committed
    printed = capsys.readouterr().out.replace(str(output), "target/net/model.onnx")
    assert "".join(f"    {line}\n" for line in printed.splitlines()) in readme


def test_where_lightgbm_finds_no_openmp_it_is_said_what_to_install(tmp_path, monkeypatch):
    (tmp_path / "lightgbm.py").write_text("raise OSError('libgomp.so.1: cannot open')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "lightgbm", raising=False)
    with pytest.raises(UserError, match=r"cannot be loaded: libgomp.* open\. Install OpenMP"):
        SAMPLES["lightgbm"]()


def test_the_homes_have_a_text_column_and_empty_cells():
    table = read_table(HOMES)
    assert table.header == [
        *("income", "house_age", "rooms", "latitude", "longitude"),
        *("ocean_proximity", "median_value"),
    ]
    empty = {name for name in table.header if "" in table.cells(name).values()}
    assert empty == {"rooms", "ocean_proximity"}


def test_the_homes_are_drawn_again_as_they_are(fresh):
    assert sha256(fresh.folder / CALIFORNIA / "homes.csv") == sha256(HOMES)


def test_the_command_in_the_readme_makes_the_committed_model_again(fresh, monkeypatch, capsys):
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    [command] = re.findall(r"run\.py (fit training-.*?)\n\n", readme, re.DOTALL)
    arguments = shlex.split(command.replace("\\\n", ""))
    assert arguments[-2] == "--output"
    monkeypatch.chdir(FOLDER.parent)

    def same_fit(data, _, options, show):
        """The fit of the example: the same options and data give the same model."""
        assert (options, sha256(data)) == (fresh.options, sha256(fresh.data))
        return fresh.fit

    monkeypatch.setattr("training.commands.fit.fit", same_fit)
    assert main(arguments) == 0

    folders = (fresh.folder / CALIFORNIA, HOMES.parent)
    made, committed = (load_model(path / "model.onnx") for path in folders)
    signature = read_signature(made)
    types = signature.types(signature.names)
    rows = read_table(HOMES).frame(types, ["rooms", "ocean_proximity"])
    np.testing.assert_allclose(predict(made, rows), predict(committed, rows), rtol=1e-5)
    for member in ("name", "version", "target", "features", "example"):
        assert read_card(made)[member] == read_card(committed)[member]

    *_, answer, curl = capsys.readouterr().out.splitlines()
    shown = re.search(r"--json '(.*?)'", readme, re.DOTALL)
    assert json.loads(shlex.split(curl)[-1]) == json.loads(shown[1])
    assert answer.endswith(" has the rows held out. The first, with median_value 164500:")
    assert "Its true value is 164 500 USD" in readme
