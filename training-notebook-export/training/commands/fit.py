"""Fits a model on a CSV file."""

import argparse
import json
import shlex
import sys
from collections import defaultdict
from dataclasses import fields

from training.arguments import given
from training.card import title
from training.commands.summary import summary
from training.data import json_rows
from training.fit import Fit, fit
from training.options import Options
from training.printable import printable
from training.progress import progress


def run(options: argparse.Namespace) -> None:
    """Fit a model on a CSV file and write it; print an example request."""
    with progress() as show:
        result = fit(options.data, options.output, _fit_options(options), show)
    for note in result.data.notes:
        print(printable(note))
    for suspicion in result.suspicions:
        print(printable(f"warning: {suspicion}"), file=sys.stderr)
    print(printable(f"{title(result.card)}: {options.output} predicts {options.target} from"))
    for kind, names in _names_by_type(result.card).items():
        print(printable(f"  {kind}: {', '.join(names)}"))
    if result.settings:
        print(f"found: {', '.join(map(_setting, result.settings.items()))}")
    print(summary(result.card))
    if result.evaluation:
        _print_request(result, options.target)
    else:
        print("No rows are held out, so nothing measures how well it predicts unseen rows.")


def _fit_options(options: argparse.Namespace) -> Options:
    same = {member.name for member in fields(Options)} & vars(options).keys() - {"target"}
    return Options(
        **{name: getattr(options, name) for name in same},
        target=given(options, name="target", unit="unit"),
        identity=given(options, name="name", version="version", description="description"),
        **dict(options.split),
    )


def _names_by_type(card: dict) -> dict[str, list[str]]:
    names = defaultdict(list)
    for feature in card["features"]:
        suffix = " or missing" if "missing" in feature else ""
        names[f"{feature['type']}{suffix}"].append(feature["name"])
    return names


def _setting(setting: tuple) -> str:
    name, value = setting
    return f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"


def _print_request(result: Fit, target: str) -> None:
    """Print how to ask the function for the first row held out."""
    held_out = result.data.held_out
    first = f"The first, with {target} {held_out.target[0]:.15g}:"
    print(printable(f"{result.evaluation} has the rows held out. {first}"))
    [row] = json_rows(held_out.features[:1], result.data.missing)
    shown = json.dumps(row, ensure_ascii=False)
    print(f"curl localhost:8080/predict --json {shlex.quote(printable(shown))}")
