"""The fingerprint of the rows that a model was trained on: a Bloom filter of their hashes.

Bloom: Space/Time Trade-offs in Hash Coding with Allowable Errors, Communications of the ACM 13
(1970). Two hashes stand for all: Kirsch, Mitzenmacher: Less Hashing, Same Performance, Random
Structures & Algorithms 33 (2008).
"""

import base64
import hashlib
import math
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np

from training.errors import UserError

BITS_PER_ROW = 12
# Three bytes are four characters of base64, which then needs no padding.
STEP = 24
MOST_BITS = 12_582_912
MOST_HASHES = 16
HIGHEST_RATE = 0.5


def describe_fingerprint(columns: Collection[str], hashes: Collection[bytes]) -> dict[str, Any]:
    """Return the card's `fingerprint` of rows with these hashes over these columns.

    It takes 12 bits per different row, at most 1.5 MiB. Raises UserError for so many rows that most
    other rows would appear to be among them.
    """
    different = set(hashes)
    bits = min(max(BITS_PER_ROW * len(different) // STEP * STEP, STEP), MOST_BITS)
    # Half up, because other languages round so.
    count = min(max(math.floor(bits / len(different) * math.log(2) + 0.5), 1), MOST_HASHES)
    rate = (1 - math.exp(-count * len(different) / bits)) ** count
    if rate > HIGHEST_RATE:
        raise UserError(
            f"A fingerprint of {len(different)} different rows would take {rate:.0%} of all other "
            "rows for rows that were trained on.",
            "Train on fewer rows.",
        )
    ones = np.zeros(bits, dtype=bool)
    for each in different:
        ones[list(_positions(each, bits, count))] = True
    content = np.packbits(ones, bitorder="little").tobytes()
    return {
        "columns": list(columns),
        "rows": len(hashes),
        "distinct": len(different),
        "bits": bits,
        "hashes": count,
        "false_positive_rate": rate,
        "sha256": hashlib.sha256(content).hexdigest(),
        "filter": base64.b64encode(content).decode(),
    }


def contains(fingerprint: Mapping[str, Any], hash_of_row: bytes) -> bool:
    """Return whether a row is among the training rows, or is a false positive.

    The fingerprint must be valid.
    """
    content = base64.b64decode(fingerprint["filter"])
    places = _positions(hash_of_row, fingerprint["bits"], fingerprint["hashes"])
    return all(content[place // 8] >> place % 8 & 1 for place in places)


def fingerprint_faults(card: Mapping[str, Any]) -> Iterator[str]:
    """Yield the faults of the fingerprint of a card that conforms to the schema."""
    fingerprint = card.get("fingerprint")
    if not fingerprint:
        return
    if card["target"]["name"] in fingerprint["columns"]:
        yield f"the fingerprint's columns name the target {card['target']['name']}"
    if fingerprint["distinct"] > fingerprint["rows"]:
        different = f"{fingerprint['distinct']} different rows"
        yield f"the fingerprint is of {different} among {fingerprint['rows']}"
    characters, size = fingerprint["filter"], fingerprint["bits"] // 6
    if len(characters) != size:
        yield f"the fingerprint's filter has {len(characters)} characters and its bits take {size}"
        return
    found = hashlib.sha256(base64.b64decode(characters)).hexdigest()
    if found != fingerprint["sha256"]:
        yield f"the fingerprint's filter is damaged: its SHA-256 is {found}"


def _positions(hash_of_row: bytes, bits: int, count: int) -> Iterator[int]:
    first, step = int.from_bytes(hash_of_row[8:16]), int.from_bytes(hash_of_row[16:24]) | 1
    return ((first + i * step) % 2**64 % bits for i in range(count))
