"""Finds rows and columns in training data that make a model seem too good."""

import math
from collections import Counter

import numpy as np
import pandas as pd

from training.copies import look_copied
from training.data import Table
from training.row_hash import row_hashes

NEAR_TARGET = 0.99
"""Correlation with the target, of values or ranks, from which on a column nearly is the target."""
SHARE_OF_COPIES = 0.01
SHARE_IN_GROUPS = 0.1
"""Of copies in other groups: few features with few values are often the same by chance."""
DEPENDENT = 0.7
"""Correlation of a row's target with the next row's, from which on rows depend on their order."""
FEWEST_ROWS = 30


def find_suspicions(
    table: Table,
    target: np.ndarray,
    features: pd.DataFrame,
    split_by: list[str],
    by_order: bool,
    by_time: bool = False,
) -> list[str]:
    """Return the findings, one or two sentences each.

    `table` holds the training rows, `features` the feature columns with their values; `split_by`
    names the columns that decide on which side of the split a row is; `by_order` says that the
    split respects the order of rows, and `by_time` that later rows are predicted from earlier ones.
    """
    numbers = features.select_dtypes(float)
    ids = _ids(features, target)
    contents = [name for name in features if name not in ids]
    share_apart = SHARE_IN_GROUPS if by_order else SHARE_OF_COPIES
    return [
        *_of_target(target),
        *(f"Column {name} is the same in every row." for name in _constant(features)),
        *(
            f"Column {name} seems to number the rows. Leave it out with --features, and name the "
            "columns that identify a row with --split-by."
            for name in ids
        ),
        *_near_target(numbers, target),
        # A process that repeats itself over time is no leak.
        *_copies(table, contents, target, split_by, math.inf if by_time else share_apart),
        *([] if by_order else _order(target)),
    ]


def _of_target(target: np.ndarray) -> list[str]:
    if set(np.unique(target)) != {0.0, 1.0}:
        return []
    return [
        "The target is 0 or 1 in every row: a regression predicts something like a probability, "
        "with a meaningless interval. You may need a classifier instead."
    ]


def _constant(features: pd.DataFrame) -> list[str]:
    return [name for name, column in features.items() if column.nunique(dropna=False) == 1]


def _ids(features: pd.DataFrame, target: np.ndarray) -> list[str]:
    """Return the columns that number the rows, such as the keys of a database.

    Different whole numbers with hardly any gaps do; others, which may be amounts, only if without
    them rows are copies of each other.
    """
    if len(target) < FEWEST_ROWS:
        return []
    numbers = features.select_dtypes(float)
    distinct = [name for name, column in numbers.items() if _whole_and_distinct(column)]
    others = features.drop(columns=distinct)
    if distinct and len(others.columns) and look_copied(others, target):
        return distinct
    return [name for name in distinct if np.ptp(numbers[name]) < 2 * len(target)]


def _whole_and_distinct(column: pd.Series) -> bool:
    return column.notna().all() and not (column % 1).any() and column.is_unique


def _near_target(numbers: pd.DataFrame, target: np.ndarray) -> list[str]:
    found = []
    for name, column in numbers.items():
        known = column.notna().to_numpy()
        own, answers = column.to_numpy()[known], target[known]
        if len(own) < 3 or np.ptp(own) == 0 or np.ptp(answers) == 0:
            continue
        ranks = (pd.Series(each).rank() for each in (own, answers))
        correlation = max(abs(np.corrcoef(own, answers)[0, 1]), abs(np.corrcoef(*ranks)[0, 1]))
        if correlation >= NEAR_TARGET:
            found.append(
                f"Column {name} nearly is the target: their correlation is {correlation:.4f}. If "
                "it is not known before the target is, leave it out with --features."
            )
    return found


def _copies(
    table: Table, features: list[str], target: np.ndarray, split_by: list[str], share_apart: float
) -> list[str]:
    if not features:
        return []
    own, split = row_hashes(table, features), row_hashes(table, split_by)
    copies = len(own) - len(set(own))
    if copies < max(1, SHARE_OF_COPIES * len(own)):
        return []
    # The number of different rows that each group of copies appears to be.
    different = Counter(each for each, _ in set(zip(own, split, strict=True)))
    if max(different.values()) == 1:
        return [
            f"{copies} of {len(own)} rows are copies of others in all features. They are on one "
            "side of the split and in one fold; --distinct leaves out those that are the same in "
            "all columns."
        ]
    copies = len(own) - len(set(zip(own, target.tolist(), strict=True)))
    if copies < share_apart * len(own):
        return []
    apart = [name for name in split_by if name not in features]
    return [
        f"{copies} of {len(own)} rows are copies of others in all features and the target, but "
        f"differ in {', '.join(apart) or 'other columns'}, so a copy of a held-out row may be "
        "trained on, and the model seems better than it is. Remove the copies, or name the columns "
        "that identify a row with --split-by A,B."
    ]


def _order(target: np.ndarray) -> list[str]:
    if len(target) < FEWEST_ROWS or np.ptp(target[1:]) == 0 or np.ptp(target[:-1]) == 0:
        return []
    correlation = np.corrcoef(target[:-1], target[1:])[0, 1]
    if correlation < DEPENDENT:
        return []
    return [
        f"Rows that follow each other have similar targets: their correlation is "
        f"{correlation:.2f}. If rows are in the order of time, or belong together in groups, the "
        "model seems better than it is: use --split time=COLUMN or --split group=COLUMN."
    ]
