"""Distinguishes copies of rows from rows that are the same by chance."""

import numpy as np
import pandas as pd

FEWEST = 5
SHARE_OF_ROWS = 0.01
MOST = 0.5


def look_copied(features: pd.DataFrame, target: np.ndarray) -> bool:
    """Return whether rows occur more than once, and hardly by chance.

    Where rows are the same by chance, many more differ in one column only. So a row is a copy if of
    the rows that agree with it in all columns but one, most agree in that one, too: the product of
    these shares over the features and the target is at least `MOST`. At least `FEWEST` different
    rows must have copies, a share `SHARE_OF_ROWS` of all rows, and the copies must be `MOST` of the
    rows that agree with another one in all features but any one. So copies are found only if the
    features without any one of them still identify most rows.
    """
    random = np.random.default_rng(0)
    hashes = [_hashes(column, random) for _, column in features.items()]
    row = np.sum(hashes, axis=0, dtype=np.uint64)
    same = _others(row + _hashes(target, random))
    repeated = same > 0
    alike = _others(row)[repeated]
    shares, neighbours = same[repeated] / alike, 0
    for column in hashes:
        near = _others(row - column)
        shares *= alike / near[repeated]
        neighbours = max(neighbours, np.count_nonzero(near))
    copied = same[repeated][shares >= MOST]
    different = (1 / (copied + 1)).sum()
    return different >= max(FEWEST, SHARE_OF_ROWS * len(row)) and len(copied) >= MOST * neighbours


def _hashes(column: pd.Series | np.ndarray, random: np.random.Generator) -> np.ndarray:
    codes, different = pd.factorize(column, use_na_sentinel=False)
    return random.integers(2**64, size=len(different), dtype=np.uint64)[codes]


def _others(hashes: np.ndarray) -> np.ndarray:
    """Return for each row the number of other rows with its hash."""
    _, place, counts = np.unique(hashes, return_inverse=True, return_counts=True)
    return counts[place] - 1
