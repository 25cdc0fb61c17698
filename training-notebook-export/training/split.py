"""Splits the rows of a file: some to train on, the others held out to judge the model by."""

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import compress

import numpy as np

from training.data import Table
from training.errors import UserError
from training.row_hash import is_held_out, row_hashes, sort_columns

SHARE = 0.2


@dataclass(frozen=True)
class Split:
    """Some rows to train on, the others held out, as the hashes of `columns` decide.

    `is_held_out` has an element for each row of the file, `hashes` one for each to train on.
    """

    columns: list[str]
    is_held_out: np.ndarray
    hashes: list[bytes]
    training: Table
    held_out: Table


def split(
    table: Table, target: str, share: float = SHARE, columns: Collection[str] | None = None
) -> Split:
    """Hold out about that `share` of the rows, by their content: copies are on the same side.

    A row stays on its side in every file that has it. `columns` are those that decide, by default
    all but the target.

    Raises UserError for a share that is not at least 0 and below 1, and for columns that are not
    there, occur twice, or are the target.
    """
    if not 0 <= share < 1:
        raise UserError(
            f"A share of {share} of the rows is to be held out.",
            "Give one from 0 to less than 1, such as 0.2.",
        )
    columns = hashed_columns(table, target, columns)
    hashes = row_hashes(table, columns)
    sides = np.array([is_held_out(each, share) for each in hashes])
    return Split(
        columns=columns,
        is_held_out=sides,
        hashes=list(compress(hashes, ~sides)),
        training=replace(table, lines=list(compress(table.lines, ~sides))),
        held_out=replace(table, lines=list(compress(table.lines, sides))),
    )


def content_folds(hashes: Collection[bytes], count: int) -> np.ndarray:
    """Return the number of each row's fold, 0 to `count` - 1: copies of a row are in the same one.

    Folds of different rows are of about the same size, whatever the order of the rows.
    """
    rank = {each: position for position, each in enumerate(sorted(set(hashes)))}
    return np.array([rank[each] % count for each in hashes])


def hashed_columns(table: Table, target: str, columns: Collection[str] | None = None) -> list[str]:
    """Return the columns that a row's hash is of, in their order: by default all but the target.

    Raises UserError if there are none, one occurs twice, or one is the target.
    """
    names = [name for name in table.header if name != target] if columns is None else columns
    if not names or target in names or len(set(names)) < len(names):
        raise UserError(
            f"Rows are to be told apart by {', '.join(names) or 'no column'}, "
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
