"""The background of a card: rows of the data that explanations compare a row with."""

from collections.abc import Collection
from typing import Any

import pandas as pd

from training.data import json_rows
from training.errors import UserError
from training.options import MOST_ROWS


def describe_background(
    rows: pd.DataFrame, missing: Collection[str] = (), size: int = MOST_ROWS, seed: int = 1
) -> dict[str, Any]:
    """Return the card's `background`: at most `size` of the rows, drawn by `seed`.

    Each row is a list of values in the order of the columns, with null for a missing value. Returns
    nothing for a `size` of 0. Raises UserError for a `size` outside 0 to `MOST_ROWS`.
    """
    if not 0 <= size <= MOST_ROWS:
        raise UserError(
            f"A background of {size} rows is asked for.", f"Ask for 0 to {MOST_ROWS} rows."
        )
    sample = rows.sample(min(size, len(rows)), random_state=seed)
    values = [list(row.values()) for row in json_rows(sample, missing)]
    return {"background": values} if values else {}
