"""The commands in the demo's README produce the demo's models."""

import re
import shlex

import numpy as np
import pytest

from training import boston
from training.__main__ import main
from training.card import load_model, read_card
from training.check import check
from training.csv_files import read_table
from training.files import FOLDER
from training.linear import PREDICT
from training.runtime import run
from training.signature import read_signature

ROOT = FOLDER.parent
DEMO = ROOT / "knative" / "demo"


def commands():
    """Return model name → the arguments that make the model."""
    readme = (ROOT / "knative" / "README.md").read_text(encoding="utf-8").replace("\\\n", " ")
    [alias] = re.findall(r"alias fit='python3 training-notebook-export/run\.py (.*)'\n", readme)
    found = [shlex.split(f"{alias} {rest}") for rest in re.findall(r"^    fit (.*)$", readme, re.M)]
    return {arguments[-1].removeprefix("knative/demo/"): arguments for arguments in found}


def test_the_readme_makes_all_models_that_there_are():
    assert set(commands()) == {path.name for path in DEMO.glob("*.onnx")}


# On a model's predictions, these have no effect, but they take most of the time of its fit.
QUICK = ["--repeats", "1", "--interval", "constant"]


@pytest.mark.parametrize("name", commands())
def test_a_model_made_now_is_the_committed_one(tmp_path, monkeypatch, name):
    *arguments, option, _ = commands()[name]
    assert option == "--output"
    monkeypatch.chdir(ROOT)
    as_they_are = name == "worse.onnx"
    assert main([*arguments, *([] if as_they_are else QUICK), option, str(tmp_path / name)]) == 0

    committed = load_model(DEMO / name)
    made, card = read_card(load_model(tmp_path / name)), read_card(committed)
    signature = read_signature(committed)
    check(card, signature)
    for member in ("name", "version", "features", "fingerprint"):
        assert made.get(member) == card.get(member)
    rows = read_table(boston.DATA).frame(
        signature.types([each["name"] for each in card["features"]])
    )
    again, before = (run(folder / name, signature, rows, PREDICT) for folder in (tmp_path, DEMO))
    np.testing.assert_allclose(again, before, rtol=1e-5)
    evaluation = tmp_path / f"{name.removesuffix('.onnx')}.evaluation.csv"
    if "held_out" in card:
        assert evaluation.read_bytes() == (FOLDER / "model" / "evaluation.csv").read_bytes()
    else:
        assert card["metrics"]["rows"] == len(rows)
