"""Times in the cells of a file: numbers, or dates such as 2026-01-31."""

import re
from datetime import datetime

import numpy as np

from training.data import Fault, Table, parse, refuse
from training.printable import quoted

DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII
)
# Day, month and year in another order, or with other separators.
OTHER_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}( .*)?", re.ASCII)


def read_date(cell: str) -> datetime | None:
    """Return the date in a cell such as 2026-01-31 or 2026-01-31T23:59:59; None if it has none."""
    if not DATE.fullmatch(cell):
        return None
    try:
        return datetime.fromisoformat(cell)
    except ValueError:
        return None


def read_times(table: Table, column: str) -> np.ndarray:
    """Return the time of each row, (n,): the number in its cell, or the seconds of its date.

    Raises UserError if there is no such column, and for cells that are neither, or if some are
    numbers and others dates.
    """
    cells = table.cells(column)
    as_date = read_date(next(iter(cells.values()))) is not None
    times, faults = [], []
    for line, cell in cells.items():
        try:
            times.append(_seconds(cell) if as_date else parse(cell, "double"))
        except (ValueError, OverflowError):
            kind = "date such as 2026-01-31" if as_date else "number or date such as 2026-01-31"
            faults.append(Fault(line, column, f"{quoted(cell)}, which is no {kind}"))
    refuse(table.path, faults, "Correct the cells, or name another column with --split time=.")
    return np.array(times)


def _seconds(cell: str) -> float:
    date = read_date(cell)
    if date is None:
        raise ValueError
    return date.timestamp()
