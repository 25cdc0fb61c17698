"""Rows that show whether an ensemble of trees compares as another one does."""

import numpy as np

from training.ensemble import LEAF, MODES, Ensemble

# Mode → where beside the split a value lies that goes to the true side, and to the false side:
# at it (0), or the next number below (-1) or above (1).
SIDES = {
    "BRANCH_LEQ": (0, 1),
    "BRANCH_LT": (-1, 0),
    "BRANCH_GTE": (0, -1),
    "BRANCH_GT": (1, 0),
    "BRANCH_EQ": (0, 1),
    "BRANCH_NEQ": (1, 0),
}


def rows_beside_splits(ensemble: Ensemble, columns: int, branches: int, seed: int) -> np.ndarray:
    """Return four rows for each of some branches that are drawn: (n, columns).

    A row goes to the branch, if any row can. There its feature is at the split, or is the next
    number below or above, or NaN. Features that are not compared on the way are drawn from the
    splits of all.
    """
    random = np.random.default_rng(seed)
    all_branches = np.flatnonzero(ensemble.mode != LEAF)
    if not len(all_branches):
        return np.zeros((1, columns), ensemble.split.dtype)
    drawn = random.choice(all_branches, min(branches, len(all_branches)), replace=False)
    rows = ensemble.split[random.choice(all_branches, (len(drawn), columns))]
    _lead_to(ensemble, drawn, rows)
    own, split = (np.arange(len(drawn)), ensemble.feature[drawn]), ensemble.split[drawn]
    result = []
    for value in (split, _beside(split, -1), _beside(split, 1), np.nan):
        rows[own] = value
        result.append(rows.copy())
    return np.concatenate(result)


def _lead_to(ensemble: Ensemble, branches: np.ndarray, rows: np.ndarray) -> None:
    """Set the features that are compared above each row's branch so that the row goes to it.

    On the way up from the branch, a feature's first comparison is the narrowest.
    """
    parents = _parents(ensemble)
    sides = np.array([SIDES[mode] for mode in MODES])
    free = np.ones(rows.shape, bool)
    row, node = np.arange(len(rows)), branches
    free[row, ensemble.feature[node]] = False
    while len(row):
        parent = parents[node]
        side = (ensemble.false[parent] == node).astype(int)
        above = parent >= 0
        row, node, side = row[above], parent[above], side[above]
        feature = ensemble.feature[node]
        values = _beside(ensemble.split[node], sides[ensemble.mode[node], side])
        rows[row, feature] = np.where(free[row, feature], values, rows[row, feature])
        free[row, feature] = False


def _parents(ensemble: Ensemble) -> np.ndarray:
    """Return the position of each node's branch; -1 for a root."""
    branches = np.flatnonzero(ensemble.mode != LEAF)
    parents = np.full(len(ensemble.mode), -1)
    for children in (ensemble.true, ensemble.false):
        parents[children[branches]] = branches
    return parents


def _beside(values: np.ndarray, steps: np.ndarray | int) -> np.ndarray:
    """Return the next number above a value where its step is 1, below where it is -1."""
    infinity = values.dtype.type(np.inf)
    below, above = np.nextafter(values, -infinity), np.nextafter(values, infinity)
    return np.where(np.equal(steps, 0), values, np.where(np.less(steps, 0), below, above))
