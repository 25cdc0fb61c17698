"""Rows that lead to branches, held to a way through the trees that is written out."""

import operator

import numpy as np
import pytest
from forests import COLUMNS, forest

from training.beside_splits import rows_beside_splits
from training.ensemble import LEAF, MODES
from training.regressor import read_regressor

COMPARE = dict(
    zip(
        range(len(MODES)),
        [operator.le, operator.lt, operator.ge, operator.gt, operator.eq, operator.ne],
        strict=True,
    )
)


def branches_on_the_way(trees, row):
    for node in trees.roots:
        while trees.mode[node] != LEAF:
            yield node
            holds = COMPARE[trees.mode[node]](row[trees.feature[node]], trees.split[node])
            node = (trees.true if holds else trees.false)[node]


@pytest.mark.parametrize("kind", ["float", "double"])
@pytest.mark.parametrize("mode", MODES)
def test_four_rows_meet_a_branch_at_its_split_and_beside_it(kind, mode):
    # In trees of two levels, a branch may be out of reach only if both compare the same feature.
    node = forest(kind, modes=[mode], depths=[2] * 20, seed=3)
    trees = read_regressor(node, kind).ensemble
    rows = rows_beside_splits(trees, COLUMNS, branches=1000, seed=0)
    at, below, above, missing = rows.reshape(4, -1, COLUMNS)
    assert len(at) == np.sum(trees.mode != LEAF)
    met = set()
    for row, less, more, none in zip(at, below, above, missing, strict=True):
        [column] = np.flatnonzero(np.isnan(none))
        way = [node for node in branches_on_the_way(trees, row) if trees.feature[node] == column]
        met |= {node for node in way if trees.split[node] == row[column]}
        assert less[column] == np.nextafter(row[column], -row.dtype.type(np.inf))
        assert more[column] == np.nextafter(row[column], row.dtype.type(np.inf))
    assert len(met) > 0.8 * len(at)


def test_a_tree_that_is_a_leaf_has_a_row_all_the_same():
    trees = read_regressor(forest(depths=[0, 0]), "float").ensemble
    assert rows_beside_splits(trees, COLUMNS, branches=10, seed=0).shape == (1, COLUMNS)
