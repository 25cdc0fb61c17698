"""Rows: the cells of a CSV file, checked one by one against their types; and as JSON."""

import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from training.errors import UserError
from training.printable import quoted
from training.signature import LARGEST

LARGEST_SQUARED = 1e150
"""Of numbers whose squares are summed over rows."""
SMALLEST_SQUARED = 1e-150
"""Of a column's largest number."""

JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
BOOLEANS = {"true": True, "1": True, "false": False, "0": False}

MOST_SHOWN = 10
"""Faults that a message lists; of others, it has the number."""


@dataclass(frozen=True)
class Fault:
    """A cell that cannot be used: its line in the file, its column and its content."""

    line: int
    column: str
    found: str


def refuse(path: Path, faults: list[Fault], remedy: str) -> None:
    """Raise UserError if there are faults; it lists them with their lines."""
    if len(faults) == 1:
        [fault] = faults
        raise UserError(
            f"Line {fault.line} of {path} holds {fault.found}, in column {fault.column}.", remedy
        )
    if faults:
        shown = [f"line {each.line}, column {each.column}: {each.found}" for each in faults]
        more = [f"{len(shown) - MOST_SHOWN} more"] if len(shown) > MOST_SHOWN else []
        listed = "; ".join([*shown[:MOST_SHOWN], *more])
        raise UserError(f"{path} has {len(faults)} wrong cells. {listed}.", remedy)


@dataclass(frozen=True)
class Table:
    """The cells of a CSV file as text: `lines` holds (line number in the file, cells)."""

    path: Path
    header: list[str]
    lines: list[tuple[int, list[str]]]

    def frame(self, types: Mapping[str, str], missing: Collection[str] = ()) -> pd.DataFrame:
        """Return the columns in `types` (column → type of the card), in its order.

        Float and double columns become float64, so that statistics match the decimal numbers in the
        file. An empty cell of a column in `missing` becomes NaN; in a string column it stays the
        empty string. Raises UserError for a missing column and for a cell that is not of its
        column's type.
        """
        self._check_names(types)
        faults: list[Fault] = []
        columns = {
            name: self._column(name, kind, name in missing and kind != "string", faults)
            for name, kind in types.items()
        }
        refuse(self.path, faults, _remedy(faults))
        return pd.DataFrame(columns)

    def refuse_extremes(self, columns: pd.DataFrame) -> None:
        """Raise UserError for numbers whose squares have no finite sum, or all vanish.

        Errors and variances are sums of squares.
        """
        for name in columns.select_dtypes("number"):
            largest = columns[name].abs().max()
            if 0 < largest < SMALLEST_SQUARED:
                raise UserError(
                    f"The largest number in column {name} of {self.path} is {largest:g}, whose "
                    "square is below the range of numbers.",
                    "Use a smaller unit.",
                )
        faults = [
            Fault(line, name, f"{value:g}, whose square is beyond the range of numbers")
            for name in columns.select_dtypes("number")
            for (line, _), value in zip(self.lines, columns[name], strict=True)
            if abs(value) > LARGEST_SQUARED
        ]
        refuse(self.path, faults, "Correct it, or use a larger unit.")

    def as_served(self, types: Mapping[str, str]) -> "Table":
        """Return the table with the columns in `types` (column → type) as the function reads them.

        Numbers are then in JSON's notation: 0.5 instead of .5, and true and false in lower case.
        The cells must be of their types, or empty.
        """
        kinds = [types.get(name, "string") for name in self.header]
        lines = [
            (line, [_as_served(*each) for each in zip(cells, kinds, strict=True)])
            for line, cells in self.lines
        ]
        return replace(self, lines=lines)

    def cells(self, name: str) -> dict[int, str]:
        """Return line number → cell of a column.

        Raises UserError if there is no such column.
        """
        self._check_names([name])
        position = self.header.index(name)
        return {line: cells[position] for line, cells in self.lines}

    def _check_names(self, names: Iterable[str]) -> None:
        absent = [name for name in names if name not in self.header]
        if not absent:
            return
        known = [name if name == name.strip(' "') else quoted(name) for name in self.header]
        raise UserError(
            f"{self.path} has no column {', '.join(absent)}; "
            f"its first line names {', '.join(known)}.",
            "Remove the blanks before and after the names, which belong to them."
            if set(absent) & {name.strip(' "') for name in self.header}
            else "Name every feature and the target in the first line, with commas between them.",
        )

    def _column(self, name: str, kind: str, empty_is_nan: bool, faults: list[Fault]) -> np.ndarray:
        values = []
        for line, cell in self.cells(name).items():
            try:
                values.append(math.nan if empty_is_nan and cell == "" else parse(cell, kind))
            except OverflowError:
                faults.append(Fault(line, name, f"{quoted(cell)}, which is too large for {kind}"))
            except (KeyError, ValueError):
                found = f"{quoted(cell)}, which is no {kind}" if cell else "nothing"
                faults.append(Fault(line, name, found))
        return np.array(values, dtype=object if kind == "string" else None)


def _remedy(faults: list[Fault]) -> str:
    if len(faults) == 1:
        return "Correct the cell or remove the line."
    return "Correct the cells or remove the lines."


def parse(cell: str, kind: str) -> float | int | bool | str:
    """Return a cell as a value of type `kind`; raises ValueError, KeyError or OverflowError if not.
    """
    if kind == "string":
        return cell
    if kind == "bool":
        return BOOLEANS[cell.lower()]
    if "_" in cell or not cell.isascii():
        raise ValueError  # Python would also accept 1_000 and digits of other scripts.
    if kind in ("int64", "int32"):
        return int(np.dtype(kind).type(int(cell)))
    number = float(cell)
    if math.isnan(number) or cell.strip().lstrip("+-").lower().startswith("inf"):
        raise ValueError
    if abs(number) > LARGEST[kind]:
        raise OverflowError
    return number


def _as_served(cell: str, kind: str) -> str:
    if kind == "string" or not cell or JSON_NUMBER.fullmatch(cell):
        return cell
    return cell.lower() if kind == "bool" else repr(float(cell))


def json_rows(rows: pd.DataFrame, missing: Collection[str] = ()) -> list[dict[str, Any]]:
    """Return an object for each row, as the function takes it; 3.0 becomes 3.

    NaN and, in columns in `missing`, the empty string become null.
    """
    return [
        {name: _json_value(value, name in missing) for name, value in row.items()}
        for row in rows.to_dict("records")
    ]


def _json_value(value: float | int | bool | str, may_be_missing: bool) -> Any:
    if value != value or (may_be_missing and value == ""):
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value
