"""The rows of a CSV file as an estimator takes them, split into training and held-out rows."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from training.csv_files import read_table
from training.data import Fault, Table, refuse
from training.errors import UserError
from training.infer import check_target, infer_missing, infer_types
from training.kinds import FLOAT_PREDICTIONS, NUMBERS
from training.options import Options
from training.prepare import prepare
from training.row_hash import row_hashes
from training.signature import FLOATING
from training.split import Split, split

FEWEST_ROWS = 20
FEWEST_HELD_OUT = 2
SMALLEST_FLOAT, LARGEST_FLOAT = 1e-30, 1e35
"""Of the largest number of a target whose trees, hundreds of them, are summed in float."""


@dataclass(frozen=True)
class Rows:
    """Features and target, (n,)."""

    features: pd.DataFrame
    target: np.ndarray

    def __getitem__(self, chosen: np.ndarray) -> "Rows":
        """Return the rows for which `chosen`, (n,), is true."""
        return Rows(self.features[chosen], self.target[chosen])


@dataclass(frozen=True)
class Dataset:
    """All rows of a file, and their split.

    `types` maps each feature to its type on the card, and `missing` names those that may be
    missing; `notes` are sentences about changes to the file's rows.
    """

    types: dict[str, str]
    missing: list[str]
    rows: Rows
    parts: Split
    notes: list[str]

    @cached_property
    def training(self) -> Rows:
        """The training rows."""
        return self.rows[~self.parts.is_held_out]

    @cached_property
    def held_out(self) -> Rows:
        """The held-out rows."""
        return self.rows[self.parts.is_held_out]

    @property
    def has_gaps(self) -> bool:
        """Whether numbers may be missing."""
        return any(self.types[name] in FLOATING for name in self.missing)


def load(data: Path, options: Options) -> Dataset:
    """Read a file, infer the types of its columns, and hold rows out.

    Raises UserError for columns that cannot be used, and for fewer than `FEWEST_ROWS` training rows
    or `FEWEST_HELD_OUT` held-out rows.
    """
    target = options.target["name"]
    table = read_table(data, options.na_values)
    if len(table.lines) < FEWEST_ROWS:
        raise UserError(
            f"{data} has {len(table.lines)} rows, and at least {FEWEST_ROWS} are needed to fit a "
            "model on.",
            "Give more rows.",
        )
    names = _features(table, target, options)
    prepared = prepare(table, target, names, options.drop_empty_target, options.distinct)
    table, names = prepared.table, prepared.features
    types = infer_types(table, names, NUMBERS[options.kind], options.categories)
    missing = infer_missing(table, names)
    check_target(table, target)
    answers = table.frame({target: "double"})[target].to_numpy()
    rows = Rows(table.frame(types, missing), answers)
    table.refuse_extremes(rows.features.assign(**{target: answers}))
    table = table.as_served({**types, target: "double"})
    if options.log_target:
        _check_positive(table, target, answers)
    elif options.kind in FLOAT_PREDICTIONS:
        _check_float(table, target, answers)
    by = [options.group] if options.group else options.split_by
    parts = split(table, target, options.held_out, by, options.time)
    _check_sides(parts, options.held_out)
    return Dataset(types, missing, rows, parts, prepared.notes)


def _features(table: Table, target: str, options: Options) -> list[str]:
    apart = {target, options.group, options.time}
    names = options.features or [name for name in table.header if name not in apart]
    if target in names or not names or len(set(names)) < len(names):
        raise UserError(
            f"With the target {target}, the features would be {', '.join(names) or 'none'}.",
            "Name features other than the target with --features A,B,C, each once.",
        )
    unknown = [name for name in options.categories if name not in names]
    if unknown:
        raise UserError(
            f"The categories {', '.join(unknown)} are no features; those are {', '.join(names)}.",
            "Name features with --categories A,B.",
        )
    return names


def _check_positive(table: Table, target: str, answers: np.ndarray) -> None:
    faults = [
        Fault(line, target, f"{answer:g}, which has no logarithm")
        for (line, _), answer in zip(table.lines, answers, strict=True)
        if answer <= 0
    ]
    refuse(table.path, faults, "Fit the target itself, without --log-target.")


def _check_float(table: Table, target: str, answers: np.ndarray) -> None:
    """Refuse a target whose predictions would not be numbers of type float, or would all be 0."""
    largest = np.abs(answers).max()
    if largest and not SMALLEST_FLOAT <= largest <= LARGEST_FLOAT:
        raise UserError(
            f"The largest number in column {target} of {table.path}, the target, is {largest:g}, "
            f"and this estimator predicts numbers from {SMALLEST_FLOAT:g} to {LARGEST_FLOAT:g}.",
            "Use another unit, or --estimator linear or mlp.",
        )


def _check_sides(parts: Split, share: float) -> None:
    training, held_out = len(parts.training.lines), len(parts.held_out.lines)
    if training < FEWEST_ROWS or (share and held_out < FEWEST_HELD_OUT):
        different = len(set(parts.hashes)) + len(set(row_hashes(parts.held_out, parts.columns)))
        copies = f" Only {different} of all rows differ, and copies stay together."
        raise UserError(
            f"{parts.training.path} has {training} rows to fit a model on and {held_out} that are "
            f"held out, and {FEWEST_ROWS} and {FEWEST_HELD_OUT} are needed."
            + (copies if different < training + held_out else ""),
            "Give more rows, or another share with --held-out.",
        )
    if parts.times is None and len(set(parts.hashes)) == 1:
        raise UserError(
            f"The {training} rows to fit a model on are the same in {', '.join(parts.columns)}.",
            "Give rows that differ, or name other columns with --split-by A,B.",
        )
    if parts.times is not None and len(set(parts.times)) < 3:
        raise UserError(
            f"The {training} rows to fit a model on have {len(set(parts.times))} different times.",
            "Give rows of more times, or name another column with --split time=COLUMN.",
        )
