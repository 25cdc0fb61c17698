"""Reads CSV files as tables of text."""

import csv
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from training.data import MOST_SHOWN, Table
from training.errors import UserError
from training.printable import quoted

OTHER_FILES = {
    b"\xff\xfe": "text in UTF-16, as Excel's \"Unicode Text\" is",
    b"\xfe\xff": "text in UTF-16, as Excel's \"Unicode Text\" is",
    b"PK\x03\x04": "a spreadsheet or another ZIP file",
    b"\x1f\x8b": "a file compressed by gzip",
    b"PAR1": "a Parquet file",
}
"""First bytes → what a file that begins with them is."""


def read_table(path: Path, missing: Collection[str] = ()) -> Table:
    """Read a CSV file: UTF-8, commas, the column names in the first line.

    Cells that hold one of the texts `missing`, such as NA, and white space are read as empty.

    Raises UserError if there is no such file, no row, or a line with too few or too many cells.
    """
    try:
        _refuse_other_files(path)
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, lines = _parse(path, file)
    except OSError as error:
        raise UserError(
            f"The rows in {path} cannot be read: {error.strerror}.",
            "Give the path of a CSV file in UTF-8.",
        ) from error
    except UnicodeDecodeError as error:
        raise UserError(
            f"{path} is not UTF-8: it has the byte 0x{error.object[error.start]:02x}.",
            "Save it as CSV in UTF-8; Excel calls that \"CSV UTF-8\".",
        ) from error
    _check_shape(path, header, lines)
    if missing:
        lines = [
            (number, ["" if cell.strip() in missing else cell for cell in cells])
            for number, cells in lines
        ]
    return Table(path, header, lines)


def _refuse_other_files(path: Path) -> None:
    with path.open("rb") as file:
        first = file.read(4)
    for beginning, kind in OTHER_FILES.items():
        if first.startswith(beginning):
            raise UserError(f"{path} is {kind}.", "Save it as CSV in UTF-8.")


def _parse(path: Path, file: Iterable[str]) -> tuple[list[str], list[tuple[int, list[str]]]]:
    reader = csv.reader(_without_nul(path, file), strict=True)
    try:
        header = next(reader, [])
        _check_header(path, header)
        return header, [(reader.line_num, cells) for cells in reader if cells]
    except csv.Error as error:
        raise UserError(
            f"Line {reader.line_num} of {path} cannot be split into cells: {error}.",
            "Close every quote, there or in a line before, and double quotes inside of a cell.",
        ) from error


def _without_nul(path: Path, file: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(file, 1):
        if "\0" in line:
            raise UserError(
                f"Line {number} of {path} has the character U+0000, so it is no text in UTF-8.",
                "Save it as CSV in UTF-8.",
            )
        yield line


def _check_header(path: Path, header: list[str]) -> None:
    if len(header) == 1 and re.search("[;\t|]", header[0]):
        raise UserError(
            f"The first line of {path} has no comma: {quoted(header[0])}.",
            "Save the file with commas between the cells, and points in numbers.",
        )
    twice = [quoted(name) for name, count in Counter(header).items() if count > 1]
    if twice:
        raise UserError(
            f"The first line of {path} names a column {', '.join(twice[:MOST_SHOWN])} more than "
            "once.",
            "Give every column a different name.",
        )


def _check_shape(path: Path, header: list[str], lines: list[tuple[int, list[str]]]) -> None:
    if not lines:
        raise UserError(
            f"{path} has 0 rows under the header {quoted(','.join(header))}.",
            "Give the names of the columns in the first line, and at least one row.",
        )
    wrong = [(number, len(cells)) for number, cells in lines if len(cells) != len(header)]
    if wrong:
        number, count = wrong[0]
        others = [str(number) for number, _ in wrong[1 : MOST_SHOWN + 1]]
        others += ["…"] if len(wrong) > MOST_SHOWN + 1 else []
        more = f" Another number of cells is also in line {', '.join(others)}." if others else ""
        _refuse_separator(path, header, dict(lines)[number])
        raise UserError(
            f"Line {number} of {path} has {count} cells, its header {len(header)}.{more}",
            "Give every line one cell for each column.",
        )


def _refuse_separator(path: Path, header: list[str], cells: list[str]) -> None:
    """Raise UserError if two lines have commas, but another character seems to separate cells."""
    for separator in ";\t|":
        count = ",".join(header).count(separator)
        if count and count == ",".join(cells).count(separator):
            raise UserError(
                f"The cells of {path} seem to be separated by {separator!r}, with commas inside.",
                "Save the file with commas between the cells, and points in numbers.",
            )
