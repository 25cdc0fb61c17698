"""Checks the card in a model's file."""

import argparse
import json

from training.card import load_model, read_card
from training.check import check
from training.printable import printable
from training.signature import read_signature


def run(options: argparse.Namespace) -> None:
    """Print a model's card if it is valid."""
    model = load_model(options.model)
    card = read_card(model)
    check(card, read_signature(model, options.model))
    print(printable(json.dumps(card, indent=2, ensure_ascii=False)))
