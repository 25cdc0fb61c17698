"""Splits by sets of categories as columns of zeros and ones: trees of ONNX compare numbers only."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from training.graph import Graph


@dataclass(frozen=True, order=True)
class CategorySplit:
    """Which categories of a feature go to the right.

    `right` has a 0 or 1 for each category, which are the numbers from 0 on; `other` is that of any
    other number, `missing` that of NaN.
    """

    feature: int
    right: tuple[int, ...]
    other: int
    missing: int


def add_splits(
    graph: Graph, x: str, width: int, splits: Iterable[CategorySplit]
) -> tuple[str, dict[CategorySplit, int]]:
    """Add a column of zeros and ones to x (N, width), double, for each different split.

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
    count = len(splits[0].right)
    column, other = graph.column(x, feature), graph.constant([count])
    from_zero = graph.add("GreaterOrEqual", column, graph.constant([0]), kind="bool")
    known = graph.add("And", from_zero, graph.add("Less", column, other, kind="bool"), kind="bool")
    place = graph.add("Where", known, column, other, kind="double")
    if any(split.missing != split.other for split in splits):
        nan = graph.add("IsNaN", column, kind="bool")
        place = graph.add("Where", nan, graph.constant([count + 1]), place, kind="double")
    table = np.array([[*split.right, split.other, split.missing] for split in splits], float).T
    row = graph.cast(place, "int64")
    return graph.add("Flatten", graph.add("Gather", graph.constant(table), row, axis=0), axis=1)
