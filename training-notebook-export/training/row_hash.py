"""The hash of a row's content, which decides whether the row is held out.

model-card.md specifies it, so that other tools find the same rows.
"""

import hashlib
import re
import struct
from collections.abc import Collection, Mapping
from functools import lru_cache

from training.data import Table

WHITE_SPACE = " \t\r\n\f\v"
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
BOOLEAN = re.compile("true|false", re.IGNORECASE | re.ASCII)


def row_hash(cells: Mapping[str, str]) -> bytes:
    """Return the 32 bytes of the hash of a row, column → text of its cell, in any order."""
    columns = sort_columns(cells)
    return _hash(zip(_names(columns), (cells[name] for name in columns), strict=True))


def row_hashes(table: Table, columns: Collection[str]) -> list[bytes]:
    """Return the hash of each row of a table, over these columns only.

    Raises UserError for a column that does not exist.
    """
    columns = sort_columns(columns)
    names = _names(columns)
    cells = [table.cells(name).values() for name in columns]
    return [_hash(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]


def is_held_out(hash_of_row: bytes, share: float) -> bool:
    """Return whether a row is among the `share` (0 to 1) of all possible rows that are held out."""
    return int.from_bytes(hash_of_row[:8]) < int(share * 2**64)


def sort_columns(columns: Collection[str]) -> list[str]:
    """Return the names of columns in the order in which they are hashed: that of their UTF-8."""
    return sorted(columns, key=str.encode)


def _names(columns: list[str]) -> list[str]:
    return [f"{name}\x1f" for name in columns]


def _hash(cells) -> bytes:
    text = "".join([f"{name}{_canonical(cell)}\x1e" for name, cell in cells])
    return hashlib.sha256(text.encode()).digest()


@lru_cache(maxsize=2**16)
def _canonical(cell: str) -> str:
    """Return the canonical form of a cell: 18, 18.0 and 1.8e1 are the same."""
    text = cell.strip(WHITE_SPACE)
    if NUMBER.fullmatch(text):
        number = float(text) + 0.0  # -0 becomes 0.
        if abs(number) != float("inf"):
            return f"#{struct.pack('>d', number).hex()}"
    return text.lower() if BOOLEAN.fullmatch(text) else text
