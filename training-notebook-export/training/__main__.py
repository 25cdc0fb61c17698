"""The commands: train, card, check."""

import argparse
import json
import sys
from pathlib import Path

from training.annotate import annotate
from training.boston import FOLDER
from training.card import load_model, read_card
from training.check import check
from training.errors import UserError
from training.notebook import execute
from training.signature import read_signature


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0, or 1 after printing what is wrong."""
    options = _parser().parse_args(arguments)
    try:
        options.command(options)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def train(options: argparse.Namespace) -> None:
    """Run the notebook, which writes the model and the files it is tested with."""
    execute(FOLDER / "boston.ipynb", options.output)
    card = read_card(load_model(options.output / "model.onnx"))
    print(f"{_title(card)}: model.onnx, example.json and parity.json are in {options.output}")
    print(_summary(card))


def add_card(options: argparse.Namespace) -> None:
    """Write a model with a card."""
    output = options.output or options.model
    card = annotate(
        source=options.model,
        output=output,
        data=options.rows,
        identity=_given(options, name="name", version="version", description="description"),
        target=_given(options, name="target", unit="unit"),
        features=options.features,
        missing=options.missing,
        level=0.9 if options.calibrate and options.level is None else options.level,
    )
    print(f"{_title(card)}: {output} has its card")
    print(_summary(card))


def check_card(options: argparse.Namespace) -> None:
    """Print a model's card if it is valid."""
    model = load_model(options.model)
    card = read_card(model)
    check(card, read_signature(model))
    print(json.dumps(card, indent=2, ensure_ascii=False))


def _given(options: argparse.Namespace, **members: str) -> dict[str, str]:
    values = {member: getattr(options, option) for member, option in members.items()}
    return {member: value for member, value in values.items() if value is not None}


def _title(card: dict) -> str:
    return f"{card['name']}@{card['version']}"


def _summary(card: dict) -> str:
    metrics = card["metrics"]
    errors = f"RMSE {metrics['rmse']:.3f}, MAE {metrics['mae']:.3f}, R² {metrics['r2']:.3f}"
    interval = card.get("interval", {})
    measured = f", coverage {interval['coverage']:.3f}" if "coverage" in interval else ""
    level = f"; interval of level {interval['level']}{measured}" if interval else ""
    return f"{errors} on {metrics['rows']} rows{level}"


def _names(text: str) -> list[str]:
    return text.split(",")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="run.py")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("train", help="run the notebook and export its model")
    command.set_defaults(command=train)
    command.add_argument("--output", type=Path, default=FOLDER / "model", metavar="DIR")

    command = commands.add_parser("card", help="add a card to a regression model")
    command.set_defaults(command=add_card)
    command.add_argument("model", type=Path, metavar="MODEL.onnx")
    command.add_argument("--name", required=True, help="of the model: a-z, 0-9 and -")
    command.add_argument("--version", required=True)
    command.add_argument(
        "--rows", required=True, type=Path, metavar="ROWS.csv", help="not those it was trained on"
    )
    command.add_argument("--target", required=True, metavar="COLUMN")
    command.add_argument("--unit", help="of the target")
    command.add_argument("--description", help="of the model")
    command.add_argument(
        "--features", type=_names, metavar="A,B,C", help="columns of a one-tensor model, in order"
    )
    command.add_argument(
        "--missing", type=_names, default=[], metavar="A,B", help="features that may be missing"
    )
    command.add_argument(
        "--calibrate", action="store_true", help="add a prediction interval from the rows"
    )
    command.add_argument("--level", type=float, help="of the interval, 0.9 if not given")
    command.add_argument("--output", type=Path, metavar="OUT.onnx", help="default: MODEL.onnx")

    command = commands.add_parser("check", help="check a model's card and print it")
    command.set_defaults(command=check_card)
    command.add_argument("model", type=Path, metavar="MODEL.onnx")
    return parser


if __name__ == "__main__":
    sys.exit(main())
