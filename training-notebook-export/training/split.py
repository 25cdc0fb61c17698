"""Splits the rows of a file into training rows and rows held out to judge the model."""

import csv
import hashlib
import io
from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import compress

import numpy as np

from training.data import Table
from training.errors import UserError
from training.options import SHARE
from training.row_hash import is_held_out, row_hashes, sort_columns
from training.times import read_times

MOST_REPEATS = 256
"""Different sets of folds of the same rows."""

Folds = list[tuple[np.ndarray, np.ndarray]]
"""For each fold, which rows (n,) a model is fitted on, and which it then predicts."""


@dataclass(frozen=True)
class Split:
    """A split into training and held-out rows, by the hashes over `columns` or by time.

    `is_held_out` has an element for each row of the file; `hashes`, and `times` for a split by
    time, have one for each training row.
    """

    columns: list[str]
    is_held_out: np.ndarray
    hashes: list[bytes]
    training: Table
    held_out: Table
    times: np.ndarray | None = None

    def folds(self, count: int, repeat: int = 0) -> Folds:
        """Return folds of the training rows; different ones for each `repeat`, except by time."""
        if self.times is not None:
            return forward_folds(self.times, count)
        return leave_out(content_folds(self.hashes, count, repeat))


def split(
    table: Table,
    target: str,
    share: float = SHARE,
    columns: Collection[str] | None = None,
    time: str | None = None,
) -> Split:
    """Hold out about that `share` of the rows, by their content: copies are on the same side.

    A row stays on its side in every file that has it. `columns` are those that decide, by default
    all but the target. Given the column `time`, the latest rows are held out instead; those of the
    same time are on the same side.

    Raises UserError for a share that is not at least 0 and below 1, for columns that are not
    there, occur twice, or are the target, and for a cell of `time` that is no time.
    """
    if not 0 <= share < 1:
        raise UserError(
            f"A share of {share} of the rows is to be held out.",
            "Give one from 0 to less than 1, such as 0.2.",
        )
    columns = hashed_columns(table, target, columns)
    hashes = row_hashes(table, columns)
    sides = np.array([is_held_out(each, share) for each in hashes])
    times = None
    if time is not None:
        all_times = read_times(table, time)
        sides = _latest(all_times, share)
        times = all_times[~sides]
    return Split(
        columns=columns,
        is_held_out=sides,
        hashes=list(compress(hashes, ~sides)),
        training=replace(table, lines=list(compress(table.lines, ~sides))),
        held_out=replace(table, lines=list(compress(table.lines, sides))),
        times=times,
    )


def _latest(times: np.ndarray, share: float) -> np.ndarray:
    count = round(share * len(times))
    if count == 0:
        return np.zeros(len(times), bool)
    return times >= np.sort(times)[-count]


def content_folds(hashes: Collection[bytes], count: int, repeat: int = 0) -> np.ndarray:
    """Return the number of each row's fold, 0 to `count` - 1: copies of a row are in the same one.

    Folds of different rows are of about the same size, whatever the order of the rows. Each
    `repeat` gives other folds.
    """

    def salted(each: bytes) -> bytes:
        return hashlib.sha256(bytes([repeat]) + each).digest() if repeat else each

    rank = {each: position for position, each in enumerate(sorted(set(hashes), key=salted))}
    return np.array([rank[each] % count for each in hashes])


def leave_out(fold: np.ndarray) -> Folds:
    """Return for each number in `fold`, (n,), a model's rows, all others, and that fold's own."""
    return [(fold != number, fold == number) for number in np.unique(fold)]


def forward_folds(times: np.ndarray, count: int) -> Folds:
    """Return folds in which a model predicts the rows that follow those it is fitted on.

    The rows, ordered by `times` (n,), are parted into `count` + 1 blocks; the first is never
    predicted. Rows of the same time are in the same block.
    """
    first = np.searchsorted(np.sort(times), times)
    block = first * (count + 1) // len(times)
    pairs = [(block < number, block == number) for number in range(1, count + 1)]
    return [(before, own) for before, own in pairs if before.any() and own.any()]


def hashed_columns(table: Table, target: str, columns: Collection[str] | None = None) -> list[str]:
    """Return the columns that a row's hash is of, in their order: by default all but the target.

    Raises UserError if there are none, one occurs twice, or one is the target.
    """
    names = [name for name in table.header if name != target] if columns is None else columns
    if not names or target in names or len(set(names)) < len(names):
        raise UserError(
            f"Rows are to be identified by {', '.join(names) or 'no column'}, "
            f"and the target is {target}.",
            "Name different columns other than the target with --split-by A,B.",
        )
    return sort_columns(names)


def to_csv(table: Table) -> bytes:
    """Return a table as CSV, with the text of the cells as it was."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.header)
    writer.writerows(cells for _, cells in table.lines)
    return text.getvalue().encode()
