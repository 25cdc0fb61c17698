"""The arguments of the commands. Nothing is imported here that takes long to load."""

import argparse
import csv
from pathlib import Path

from training.files import FOLDER
from training.kinds import ESTIMATORS, INTERVALS
from training.options import LEVEL, MOST_ROWS, REPEATS, SHARE
from training.payloads import EXTRAS


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line; it sets `command` to the name of the command."""
    parser = argparse.ArgumentParser(prog="run.py")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, add, text in (
        ("train", _add_train, "Run the notebook and export its model."),
        ("fit", _add_fit, "Fit a model on a CSV file, measure it on held-out rows, and export it."),
        (
            "card",
            _add_card,
            "Measure a regression model on rows, and add a model card to its file.",
        ),
        ("check", _add_check, "Check the card in a model's file and print it."),
        ("rows", _add_rows, "Make a CSV file of the rows that a function has logged as payloads."),
        ("examples", _add_examples, "Make the models that the tests of both sides use."),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(command=name)
        add(command)
    return parser


def given(options: argparse.Namespace, **members: str) -> dict[str, str]:
    """Return member → value of the option that it names, of the options that were given."""
    values = {member: getattr(options, option) for member, option in members.items()}
    return {member: value for member, value in values.items() if value is not None}


def _add_train(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--output",
        type=Path,
        default=FOLDER / "model",
        metavar="DIR",
        help="folder to write to; default: model/, from which the function serves it",
    )


def _add_fit(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "data",
        type=Path,
        metavar="DATA.csv",
        help="CSV file in UTF-8; its first line is the header",
    )
    _add_target(command)
    command.add_argument(
        "--output", required=True, type=Path, metavar="MODEL.onnx", help="file to write"
    )
    command.add_argument(
        "--estimator",
        dest="kind",
        choices=ESTIMATORS,
        default="linear",
        help="estimator to fit; default: linear",
    )
    command.add_argument(
        "--search",
        type=int,
        default=0,
        metavar="N",
        help="number of random settings to try; default: 0",
    )
    command.add_argument(
        "--log-target", action="store_true", help="fit the logarithm of a positive target"
    )
    command.add_argument("--name", help="name on the card: a-z, 0-9 and -; default: the file's")
    command.add_argument(
        "--version", help="version on the card; default: the estimator and the SHA-256 of the data"
    )
    command.add_argument("--description", help="description on the card")
    command.add_argument(
        "--features",
        type=_names,
        metavar="A,B,C",
        help="features, in this order; default: all columns but the target",
    )
    command.add_argument(
        "--categories",
        type=_names,
        default=[],
        metavar="A,B",
        help="features that are categories although they hold numbers",
    )
    command.add_argument(
        "--na-values",
        type=_names,
        default=[],
        metavar="NA,?",
        help="texts of cells that count as empty",
    )
    command.add_argument(
        "--drop-empty-target", action="store_true", help="drop rows without a target"
    )
    command.add_argument(
        "--distinct", action="store_true", help="drop rows that equal another one in all columns"
    )
    command.add_argument(
        "--interval",
        choices=("auto", *INTERVALS),
        default="auto",
        help="shape of its interval; default: the one that covers each fifth of predictions best",
    )
    command.add_argument(
        "--level", type=float, default=LEVEL, help=f"confidence level; default: {LEVEL}"
    )
    command.add_argument(
        "--repeats",
        type=int,
        default=REPEATS,
        help=f"number of cross-validations; default: {REPEATS}",
    )
    command.add_argument(
        "--split",
        type=_split,
        default=[],
        metavar="time=COLUMN|group=COLUMN",
        help="hold out the latest rows, or whole groups; default: rows by their content",
    )
    command.add_argument(
        "--held-out",
        type=float,
        default=SHARE,
        metavar="SHARE",
        help=f"share of the rows to hold out and judge the model by; default: {SHARE}",
    )
    _add_split_by(command, "columns that decide the split; default: all but the target")
    command.add_argument(
        "--no-fingerprint",
        dest="fingerprint",
        action="store_false",
        help="leave the fingerprint of the training rows out of the card",
    )
    command.add_argument("--seed", type=int, default=1, help="seed of the fit; default: 1")
    command.add_argument(
        "--report", type=Path, metavar="REPORT.html", help="write a report on data and model"
    )
    _add_background(command)


def _add_card(command: argparse.ArgumentParser) -> None:
    command.add_argument("model", type=Path, metavar="MODEL.onnx")
    command.add_argument("--name", required=True, help="name on the card: a-z, 0-9 and -")
    command.add_argument("--version", required=True, help="version on the card")
    command.add_argument(
        "--rows",
        required=True,
        type=Path,
        metavar="ROWS.csv",
        help="CSV file of rows that the model has not seen, with their true values",
    )
    _add_target(command)
    command.add_argument("--description", help="description on the card")
    command.add_argument(
        "--features",
        type=_names,
        metavar="A,B,C",
        help="features in the order of the input's columns; for several inputs: 'num=A,B;cat=C'",
    )
    command.add_argument(
        "--missing", type=_names, default=[], metavar="A,B", help="features that may be missing"
    )
    command.add_argument(
        "--prediction", metavar="OUTPUT", help="output that is the prediction, if several can be"
    )
    command.add_argument(
        "--levels",
        type=_numbers,
        default=[],
        metavar="0.05,0.5,0.95",
        help="levels of the quantiles in the output [N, q]",
    )
    command.add_argument(
        "--interval",
        type=_names,
        default=[],
        metavar="LOWER,UPPER",
        help="outputs with the bounds, or one [N, 2]; give the --level that they were fitted with",
    )
    command.add_argument(
        "--calibrate", action="store_true", help="calibrate an interval on the rows"
    )
    command.add_argument("--level", type=float, help=f"confidence level; default: {LEVEL}")
    command.add_argument(
        "--trained-on",
        type=Path,
        metavar="FILE.csv",
        help="add a fingerprint of these rows, so that a rollout does not judge the model by them",
    )
    _add_split_by(command, "columns that identify a row; default: all but the target")
    _add_background(command)
    command.add_argument(
        "--output", type=Path, metavar="OUT.onnx", help="file to write; default: MODEL.onnx itself"
    )


def _add_split_by(command: argparse.ArgumentParser, text: str) -> None:
    command.add_argument("--split-by", type=_names, metavar="A,B", help=text)


def _add_background(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--background",
        type=int,
        default=MOST_ROWS,
        metavar="N",
        help=f"rows to keep in the card for explanations, 0 to {MOST_ROWS}; default: {MOST_ROWS}",
    )


def _add_target(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--target", required=True, metavar="COLUMN", help="column of the true values"
    )
    command.add_argument("--unit", help="unit of the target")


def _add_check(command: argparse.ArgumentParser) -> None:
    command.add_argument("model", type=Path, metavar="MODEL.onnx", help="model file")


def _add_rows(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "logs",
        type=Path,
        nargs="+",
        metavar="LOG",
        help="log of a container, or from Cloud Logging in JSON; - is standard input",
    )
    command.add_argument(
        "--output", required=True, type=Path, metavar="ROWS.csv", help="file to write"
    )
    command.add_argument(
        "--model", metavar="NAME@VERSION", help="only rows of this model, or of this model file"
    )
    command.add_argument(
        "--with",
        dest="extras",
        type=_extras,
        default=[],
        metavar=",".join(EXTRAS),
        help="columns to add before the features: some of these",
    )


def _extras(text: str) -> list[str]:
    names = list(dict.fromkeys(text.split(",")))
    if not set(names) <= set(EXTRAS):
        raise argparse.ArgumentTypeError(f"{text} is not of {', '.join(EXTRAS)}")
    return names


def _add_examples(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--output", type=Path, default=FOLDER / "examples", metavar="DIR", help="default: examples/"
    )


def _names(text: str) -> list[str]:
    """Split names like the header of a CSV file, so that a name in quotes may have a comma."""
    try:
        [names] = csv.reader([text], strict=True)
    except csv.Error as error:
        raise argparse.ArgumentTypeError(f"{text} cannot be split at its commas: {error}") from None
    return names or [""]


def _numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]


def _split(text: str) -> list[tuple[str, str]]:
    kind, _, column = text.partition("=")
    if kind not in ("time", "group") or not column:
        raise argparse.ArgumentTypeError(f"{text} is neither time=COLUMN nor group=COLUMN")
    return [(kind, column)]
