"""The commands: train, fit, card, check, rows, examples."""

import argparse
import json
import shlex
import sys
from collections import defaultdict
from dataclasses import fields
from pathlib import Path

from training.annotate import annotate
from training.background import MOST_ROWS
from training.boston import FOLDER
from training.card import load_model, read_card
from training.check import check
from training.data import json_rows
from training.errors import UserError
from training.estimators import NUMBERS
from training.examples import EXAMPLES, write_examples
from training.files import refuse_overwriting
from training.fit import fit
from training.notebook import execute
from training.options import REPEATS, Options
from training.outputs import Outputs
from training.printable import printable
from training.rows import EXTRAS, write_rows
from training.shapes import KINDS
from training.signature import read_signature
from training.split import SHARE
from training.sums import write_sums

MOST = 4000
"""Characters of an error, which may quote names of a file."""

FILES = "model.onnx, example.json, parity.json and evaluation.csv"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0, or print the error and return 1."""
    options = _parser().parse_args(arguments)
    try:
        options.command(options)
    except UserError as error:
        print(f"error: {printable(str(error), MOST)}", file=sys.stderr)
        return 1
    return 0


def train(options: argparse.Namespace) -> None:
    """Run the notebook, which writes the model and the files of its tests."""
    execute(FOLDER / "boston.ipynb", options.output)
    write_sums(options.output)
    card = read_card(load_model(options.output / "model.onnx"))
    print(f"{_title(card)}: {FILES} are in {options.output}")
    print(_summary(card))


def fit_model(options: argparse.Namespace) -> None:
    """Fit a model on a CSV file and write it; print an example request."""
    if options.report:
        refuse_overwriting([options.data, options.output], [options.report])
    result = fit(options.data, options.output, _fit_options(options))
    if options.report:
        # The plotting library takes a second to load.
        from training.report import write_report

        write_report(options.report, result, _fit_options(options))
    for note in result.data.notes:
        print(printable(note))
    for suspicion in result.suspicions:
        print(printable(f"warning: {suspicion}"), file=sys.stderr)
    print(f"{_title(result.card)}: {options.output} predicts {options.target} from")
    for kind, names in _names_by_type(result.card).items():
        print(printable(f"  {kind}: {', '.join(names)}"))
    if result.settings:
        found = ", ".join(
            f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
            for name, value in result.settings.items()
        )
        print(f"found: {found}")
    print(_summary(result.card))
    if not result.evaluation:
        print("No rows are held out, so nothing measures how well it predicts unseen rows.")
        return
    held_out = result.data.held_out
    print(
        f"{result.evaluation} has the rows held out. The first, with {options.target} "
        f"{held_out.target[0]:.15g}:"
    )
    [row] = json_rows(held_out.features[:1], result.data.missing)
    shown = json.dumps(row, ensure_ascii=False)
    print(f"curl localhost:8080/predict --json {shlex.quote(printable(shown))}")


def _fit_options(options: argparse.Namespace) -> Options:
    given = {member.name for member in fields(Options)} & vars(options).keys()
    return Options(
        **{name: getattr(options, name) for name in given - {"target"}},
        target=_given(options, name="target", unit="unit"),
        identity=_given(options, name="name", version="version", description="description"),
        **dict(options.split),
    )


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
        background=options.background,
        trained_on=options.trained_on,
        split_by=options.split_by,
        outputs=Outputs(
            options.prediction,
            options.levels,
            options.interval,
            0.9 if options.calibrate and options.level is None else options.level,
        ),
    )
    print(f"{_title(card)}: {output} has its card")
    print(_summary(card))


def check_card(options: argparse.Namespace) -> None:
    """Print a model's card if it is valid."""
    model = load_model(options.model)
    card = read_card(model)
    check(card, read_signature(model, options.model))
    print(printable(json.dumps(card, indent=2, ensure_ascii=False)))


def extract_rows(options: argparse.Namespace) -> None:
    """Write the rows of a payload log to a CSV file."""
    taken = write_rows(options.logs, options.output, options.model, options.extras)
    print(f"{options.output}: {taken.count} rows that {taken.model} was asked for")
    for model, count in taken.others.items():
        print(printable(f"  left out: {count} of {model}"))


def make_examples(options: argparse.Namespace) -> None:
    """Write the example models and the files of their tests."""
    names = write_examples(options.output)
    print(f"{', '.join(names)} are in {options.output}")


def _given(options: argparse.Namespace, **members: str) -> dict[str, str]:
    values = {member: getattr(options, option) for member, option in members.items()}
    return {member: value for member, value in values.items() if value is not None}


def _title(card: dict) -> str:
    return f"{card['name']}@{card['version']}"


def _names_by_type(card: dict) -> dict[str, list[str]]:
    names = defaultdict(list)
    for feature in card["features"]:
        suffix = " or missing" if "missing" in feature else ""
        names[f"{feature['type']}{suffix}"].append(feature["name"])
    return names


def _summary(card: dict) -> str:
    lines = [
        f"{words}: {_errors(card[member])}"
        for member, words in {"metrics": "cross-validated", "held_out": "held out"}.items()
        if member in card
    ]
    if "interval" in card:
        lines.append(_interval(card["interval"]))
    return "\n".join(lines)


def _errors(metrics: dict) -> str:
    std = metrics.get("std", {})
    errors = ", ".join(
        f"{words} {metrics[name]:.3f}" + (f" ± {std[name]:.3f}" if std else "")
        for name, words in {"rmse": "RMSE", "mae": "MAE", "r2": "R²"}.items()
    )
    return f"{errors} on {metrics['rows']} rows"


def _interval(interval: dict) -> str:
    measured = f", coverage {interval['coverage']:.3f}" if "coverage" in interval else ""
    fifths = " ".join(f"{share:.2f}" for share in interval.get("coverage_by_fifth", []))
    by_fifth = f", by fifth of the prediction {fifths}" if fifths else ""
    return f"interval of level {interval['level']}{measured}{by_fifth}"


def _names(text: str) -> list[str]:
    return text.split(",")


def _numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]


def _split(text: str) -> list[tuple[str, str]]:
    kind, _, column = text.partition("=")
    if kind not in ("time", "group") or not column:
        raise argparse.ArgumentTypeError(f"{text} is neither time=COLUMN nor group=COLUMN")
    return [(kind, column)]


def _parser() -> argparse.ArgumentParser:
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
        add(commands.add_parser(name, help=text, description=text))
    return parser


def _add_train(command: argparse.ArgumentParser) -> None:
    command.set_defaults(command=train)
    command.add_argument(
        "--output",
        type=Path,
        default=FOLDER / "model",
        metavar="DIR",
        help="folder to write to; default: model/, from which the function serves it",
    )


def _add_fit(command: argparse.ArgumentParser) -> None:
    command.set_defaults(command=fit_model)
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
        choices=NUMBERS,
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
        choices=("auto", *KINDS),
        default="auto",
        help="shape of its interval; default: the one that covers each fifth of predictions best",
    )
    command.add_argument("--level", type=float, default=0.9, help="confidence level; default: 0.9")
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
    command.set_defaults(command=add_card)
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
    command.add_argument("--level", type=float, help="confidence level; default: 0.9")
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
    command.set_defaults(command=check_card)
    command.add_argument("model", type=Path, metavar="MODEL.onnx", help="model file")


def _add_rows(command: argparse.ArgumentParser) -> None:
    command.set_defaults(command=extract_rows)
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
    command.set_defaults(command=make_examples)
    command.add_argument(
        "--output", type=Path, default=EXAMPLES, metavar="DIR", help="default: examples/"
    )


if __name__ == "__main__":
    sys.exit(main())
