"""Runs the example's notebook."""

import argparse

from training.card import load_model, read_card, title
from training.commands.summary import summary
from training.files import FOLDER
from training.notebook import execute
from training.sums import write_sums

FILES = "model.onnx, example.json, parity.json and evaluation.csv"


def run(options: argparse.Namespace) -> None:
    """Run the notebook, which writes the model and the files of its tests."""
    execute(FOLDER / "boston.ipynb", options.output)
    write_sums(options.output)
    card = read_card(load_model(options.output / "model.onnx"))
    print(f"{title(card)}: {FILES} are in {options.output}")
    print(summary(card))
