"""Splits by sets of categories as columns of zeros and ones, because ONNX trees compare numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from training.graph import Graph
from training.unsupported import unsupported

MOST_CATEGORIES = 4096
"""Each split by category is a table of so many numbers at most."""


@dataclass(frozen=True, order=True)
class CategorySplit:
    """The categories of a feature that go to the right.

    `right` has a 0 or 1 for each category, numbered from 0; `other` applies to any other number,
    and `missing` to NaN.
    """

    feature: int
    right: tuple[int, ...]
    other: int
    missing: int


def sizes(estimator, sets: Iterable[tuple[int, set[int]]]) -> dict[int, int]:
    """Return feature → number of categories: the largest in its sets, plus one.

    Raises UserError for categories beyond `MOST_CATEGORIES`.
    """
    found: dict[int, int] = {}
    for feature, categories in sets:
        found[feature] = max(found.get(feature, 0), max(categories) + 1)
    if max(found.values(), default=0) > MOST_CATEGORIES:
        raise unsupported(estimator, f"with categories beyond {MOST_CATEGORIES}: renumber them")
    return found


def add_splits(
    graph: Graph, x: str, width: int, splits: Iterable[CategorySplit]
) -> tuple[str, dict[CategorySplit, int]]:
    """Add a column of zeros and ones to x (N, width) for each different split.

    Returns the wider input, and the column of each split. All splits of a feature have as many
    categories.
    """
    distinct = sorted(set(splits))
    blocks = [
        _looked_up(graph, x, feature, list(group))
        for feature, group in groupby(distinct, key=lambda split: split.feature)
    ]
    columns = {split: width + index for index, split in enumerate(distinct)}
    return graph.concat([x, *blocks]), columns


def _looked_up(graph: Graph, x: str, feature: int, splits: list[CategorySplit]) -> str:
    """Add the columns of a feature: (N, k) → (N, number of splits)."""
    count, kind = len(splits[0].right), graph.type(x)
    column, other = graph.column(x, feature), graph.constant([count], kind)
    from_zero = graph.add("GreaterOrEqual", column, graph.constant([0], kind), kind="bool")
    known = graph.add("And", from_zero, graph.add("Less", column, other, kind="bool"), kind="bool")
    place = graph.add("Where", known, column, other, kind=kind)
    if any(split.missing != split.other for split in splits):
        nan = graph.add("IsNaN", column, kind="bool")
        place = graph.add("Where", nan, graph.constant([count + 1], kind), place, kind=kind)
    table = np.array([[*split.right, split.other, split.missing] for split in splits]).T
    rows = graph.add("Gather", graph.constant(table, kind), graph.cast(place, "int64"), axis=0)
    return graph.add("Flatten", rows, axis=1)
