"""Infers the types of the columns of a CSV file."""

import csv
import io
import re
import shlex
from collections.abc import Collection

from training.data import MOST_SHOWN, Fault, Table, parse, refuse
from training.errors import UserError
from training.printable import quoted
from training.times import OTHER_DATE

MOST_CATEGORIES = 50
# Rarer categories would hardly occur in the fit.
ROWS_PER_CATEGORY = 5
MOST_NAMED_CATEGORIES = 255
"""Different texts in a column that is named as one of categories."""

DIGITS = r"\d[\d.,'\u2019 \u00a0]*"
SIGN = r"[€$£¥₹%]|EUR|USD|GBP|CHF|JPY"
# Patterns of numbers in other notations → what is wrong with them.
WRITTEN_OTHERWISE = {
    rf"[+-]?\s*(({SIGN})\s*[+-]?{DIGITS}|{DIGITS}\s*({SIGN}))": "a currency or percent sign",
    r"[+-]?[1-9]\d{0,2}([,'\u2019 \u00a0]\d{3})+(\.\d+)?": "thousands separators",
    r"[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+": "a decimal comma",
    r"[+-]?\d{1,3}(\.\d{3}){2,}": "thousands separators",
}


def infer_types(
    table: Table, names: list[str], number: str, categories: Collection[str] = ()
) -> dict[str, str]:
    """Return column → type of the card, for the columns `names`.

    Numbers, whole or not, get the type `number`, because a feature with only whole numbers so far
    need not refuse a fraction. The words true and false are bool, but string in a column with empty
    cells, because a bool must not be missing. Other text is string, a category, and so are the
    columns `categories`, even if they hold numbers. Raises UserError that lists all columns that do
    not exist, have no name or no value, contain a text among numbers, too many different texts, or
    a text with emoji.
    """
    types, errors = {}, []
    for name in names:
        try:
            types[name] = _type(table, name, number, name in categories)
        except UserError as error:
            errors.append(error)
    if len(errors) > 1:
        listed = "\n".join(f"- {error}" for error in errors)
        raise UserError(
            f"{len(errors)} columns of {table.path} cannot be used.\n{listed}\n",
            "Correct them all and run it again.",
        )
    if errors:
        raise errors[0]
    return types


def check_target(table: Table, target: str) -> None:
    """Raise UserError for cells of the target that are no numbers, unless they are empty."""
    filled = {line: cell for line, cell in table.cells(target).items() if cell}
    texts = {line: cell for line, cell in filled.items() if not _is_number(cell)}
    if texts:
        _check_words(table, target, filled, texts, is_target=True)
        raise UserError(
            f"Column {target} of {table.path}, the target, holds texts, such as "
            f"{quoted(next(iter(texts.values())))}.",
            "A regression predicts a number: name a column of numbers with --target.",
        )


def infer_missing(table: Table, names: list[str]) -> list[str]:
    """Return the columns among `names` that have an empty cell."""
    return [name for name in names if "" in table.cells(name).values()]


def _type(table: Table, name: str, number: str, is_category: bool) -> str:
    if not name:
        raise UserError(
            f"A column of {table.path} has no name.",
            "Name it in the first line, or name the columns to use with --features A,B,C.",
        )
    cells = table.cells(name)
    filled = {line: cell for line, cell in cells.items() if cell}
    if not filled:
        raise UserError(
            f"Column {name} of {table.path} is empty.",
            "Remove it, or name the columns to use with --features A,B,C.",
        )
    if is_category:
        _check_count(table, name, filled, MOST_NAMED_CATEGORIES)
        _check_characters(table, name, filled)
        return "string"
    texts = {line: cell for line, cell in filled.items() if not _is_number(cell)}
    if not texts:
        return number
    if {cell.lower() for cell in cells.values()} <= {"true", "false"}:
        return "bool"
    _check_words(table, name, filled, texts)
    _check_count(table, name, filled, min(MOST_CATEGORIES, len(table.lines) // ROWS_PER_CATEGORY))
    _check_characters(table, name, texts)
    return "string"


def _check_characters(table: Table, name: str, texts: dict[int, str]) -> None:
    faults = [
        Fault(
            line,
            name,
            f"{quoted(cell)}, with a character beyond U+FFFF, such as emoji, which the function "
            "cannot pass on to the model",
        )
        for line, cell in texts.items()
        if max(cell) > "\uffff"
    ]
    refuse(table.path, faults, "Replace it, there and in the rows that will be asked for.")


def _check_words(
    table: Table,
    name: str,
    filled: dict[int, str],
    texts: dict[int, str],
    is_target: bool = False,
) -> None:
    """Refuse texts that are numbers or dates in other notations, or that are among numbers."""
    numbers = {line: _written_otherwise(cell) for line, cell in texts.items()}
    faults = [
        Fault(line, name, f"{quoted(texts[line])}, a number with {found}")
        for line, found in numbers.items()
        if found
    ]
    if len(faults) >= len(texts) / 2:
        refuse(
            table.path,
            faults,
            "Write digits and a decimal point only, such as 1234.5"
            + ("." if is_target else f", or add --categories {_argument([name])} if it holds categories."),
        )
    dates = [Fault(line, name, quoted(cell)) for line, cell in texts.items() if _is_date(cell)]
    if len(dates) >= len(texts) / 2 and not is_target:
        refuse(table.path, dates, "Write dates as 2026-01-31: their parts become features.")
    if len(texts) < len(filled) / 2:
        found = _argument(list(dict.fromkeys(texts.values()))[:MOST_SHOWN])
        refuse(
            table.path,
            [Fault(line, name, quoted(cell)) for line, cell in texts.items()],
            f"Most of column {name} is numbers. Correct the cell, or leave it empty if the value "
            f"is missing, or add --na-values {found} if that stands for a missing value.",
        )


def _argument(names: list[str]) -> str:
    """Return an argument of a shell's command: names as in CSV, as the options take them."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(names)
    return shlex.quote(text.getvalue())


def _written_otherwise(cell: str) -> str | None:
    text = cell.strip()
    for pattern, found in WRITTEN_OTHERWISE.items():
        if re.fullmatch(pattern, text, re.ASCII):
            return found
    return None


def _is_date(cell: str) -> bool:
    return bool(OTHER_DATE.fullmatch(cell.strip()))


def _check_count(table: Table, name: str, filled: dict[int, str], most: int) -> None:
    categories = list(dict.fromkeys(filled.values()))
    if len(categories) <= most:
        return
    same = " They number or name the rows." if len(categories) == len(filled) else ""
    raise UserError(
        f"Column {name} of {table.path} holds {len(categories)} different texts, such as "
        f"{quoted(categories[0])}; as a category, it may hold {most} in {len(table.lines)} "
        f"rows.{same}",
        "Put them into fewer categories, or name the columns to use with --features A,B,C.",
    )


def _is_number(cell: str) -> bool:
    try:
        parse(cell, "double")
    except (ValueError, OverflowError):
        return False
    return True
