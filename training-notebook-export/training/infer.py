"""Tells what the columns of a CSV file hold."""

from training.data import Table, parse
from training.errors import UserError

MOST_CATEGORIES = 50
# A rarer category would hardly be met in the fit.
ROWS_PER_CATEGORY = 5


def infer_types(table: Table, names: list[str], number: str) -> dict[str, str]:
    """Return column → type of the card, for the columns `names`.

    Numbers, whole or not, are of the type `number`: who has seen whole ones only need not refuse a
    fraction. The words true and false are bool, but string in a column with empty cells, for
    no bool may be missing. Other text is string, a category.

    Raises UserError for a column that is not there, has no name or no value, holds a text among
    numbers, too many different texts or a text with emoji.
    """
    return {name: _type(table, name, number) for name in names}


def infer_missing(table: Table, names: list[str]) -> list[str]:
    """Return the columns among `names` that have an empty cell."""
    return [name for name in names if "" in table.cells(name).values()]


def _type(table: Table, name: str, number: str) -> str:
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
    texts = {line: cell for line, cell in filled.items() if not _is_number(cell)}
    if not texts:
        return number
    if {cell.lower() for cell in cells.values()} <= {"true", "false"}:
        return "bool"
    _check_category(table, name, filled, texts)
    _check_characters(table, name, texts)
    return "string"


def _check_characters(table: Table, name: str, texts: dict[int, str]) -> None:
    for line, cell in texts.items():
        if max(cell) > "\uffff":
            raise UserError(
                f"Line {line} of {table.path} holds {cell!r}, in column {name}, with a character "
                "beyond U+FFFF, such as emoji, which the function cannot pass on to the model.",
                "Replace it, there and in the rows that will be asked for.",
            )


def _check_category(table: Table, name: str, filled: dict[int, str], texts: dict[int, str]) -> None:
    if len(texts) < len(filled) / 2:
        line, cell = next(iter(texts.items()))
        raise UserError(
            f"Line {line} of {table.path} holds {cell!r}, in column {name}, most of which is "
            "numbers.",
            "Correct the cell, or leave it empty if the value is missing.",
        )
    categories = list(dict.fromkeys(filled.values()))
    most = min(MOST_CATEGORIES, len(table.lines) // ROWS_PER_CATEGORY)
    if len(categories) > most:
        raise UserError(
            f"Column {name} of {table.path} holds {len(categories)} different texts, such as "
            f"{categories[0]!r}; as a category, it may hold {most} in {len(table.lines)} rows.",
            "Put them into fewer categories, or name the columns to use with --features A,B,C.",
        )


def _is_number(cell: str) -> bool:
    try:
        parse(cell, "double")
    except (ValueError, OverflowError):
        return False
    return True
