"""Prepares a file's rows for training: rows without a target, copies, and dates."""

from dataclasses import dataclass, replace

from training.data import Table
from training.errors import UserError
from training.times import read_date


@dataclass(frozen=True)
class Prepared:
    """A table of training rows, the names of its features, and sentences about the changes."""

    table: Table
    features: list[str]
    notes: list[str]


def prepare(
    table: Table,
    target: str,
    features: list[str],
    drop_empty_target: bool = False,
    distinct: bool = False,
) -> Prepared:
    """Return the table with dates split into parts, and without dropped rows.

    On request, rows without a target are dropped, and all but the first of rows that are equal in
    all columns. A feature with dates becomes several, such as sold_year and sold_month. Raises
    UserError for a row without a target, unless such rows are dropped.
    """
    notes = []
    empty = [line for line, cell in table.cells(target).items() if not cell]
    if empty and not drop_empty_target:
        raise UserError(
            f"Line {empty[0]} of {table.path} holds nothing, in column {target}, the target; as do "
            f"{len(empty) - 1} other lines.",
            "Fill it in, or leave such rows out with --drop-empty-target.",
        )
    if empty:
        without = set(empty)
        table = replace(table, lines=[line for line in table.lines if line[0] not in without])
        notes.append(f"{len(empty)} rows without {target} are left out.")
    if distinct:
        first = {tuple(cells): (number, cells) for number, cells in reversed(table.lines)}
        lines = sorted(first.values())
        notes.append(f"{len(table.lines) - len(lines)} copies of other rows are left out.")
        table = replace(table, lines=lines)
    for name in features[:]:
        parts = _date_parts(table, name)
        if parts:
            table = _with_columns(table, name, parts)
            at = features.index(name)
            features = [*features[:at], *parts, *features[at + 1 :]]
            notes.append(f"{name} holds dates: it becomes {', '.join(parts)}.")
    return Prepared(table, features, notes)


def _date_parts(table: Table, name: str) -> dict[str, list[str]]:
    """Return part name → cells; nothing if the column contains anything but dates."""
    cells = table.cells(name).values()
    dates = [read_date(cell) if cell else None for cell in cells]
    known = [date for date in dates if date]
    if not known or len(known) < sum(map(bool, cells)):
        return {}
    parts = {
        "year": lambda date: date.year,
        "month": lambda date: date.month,
        "day": lambda date: date.day,
        "weekday": lambda date: date.isoweekday(),
    }
    if any(date.hour or date.minute for date in known):
        parts["hour"] = lambda date: date.hour
    return {
        f"{name}_{part}": [str(value(date)) if date else "" for date in dates]
        for part, value in parts.items()
    }


def _with_columns(table: Table, name: str, columns: dict[str, list[str]]) -> Table:
    """Return the table with these columns in place of one."""
    taken = set(columns) & set(table.header)
    if taken:
        raise UserError(
            f"{table.path} has columns {', '.join(sorted(taken))}, and {name} would become them.",
            "Rename or remove one.",
        )
    at = table.header.index(name)
    lines = [
        (number, [*cells[:at], *parts, *cells[at + 1 :]])
        for (number, cells), *parts in zip(table.lines, *columns.values(), strict=True)
    ]
    return replace(
        table, header=[*table.header[:at], *columns, *table.header[at + 1 :]], lines=lines
    )
