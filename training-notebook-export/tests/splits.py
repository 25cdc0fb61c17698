"""Rows beside the splits of trees."""

import numpy as np
import pandas as pd


def beside_splits(rows: pd.DataFrame, columns, thresholds, kind=np.float64) -> pd.DataFrame:
    """Return rows with one column each at a threshold, and at its neighbouring numbers of a type.

    `columns` has the number of the column that each of the `thresholds` is of, both (n,); the other
    columns are those of some of `rows`.
    """
    thresholds = np.asarray(thresholds)
    nearest = thresholds.astype(kind)
    below, above = (np.nextafter(nearest, kind(end)) for end in (-np.inf, np.inf))
    values = [thresholds, nearest, below, above]
    drawn = rows.sample(len(values) * len(nearest), replace=True, random_state=0)
    cells = drawn.to_numpy(copy=True)
    cells[np.arange(len(cells)), np.tile(columns, len(values))] = np.concatenate(values)
    return pd.DataFrame(cells, columns=rows.columns)
