"""A regression tree of any library."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Tree:
    """A binary tree as arrays of one element per node; the first node is the root.

    A branch sends a row to node `left` if the value of its `feature` is at most `threshold`, or
    if that value is NaN and `nan_left` is true; else to node `right`. A leaf, whose `left` is -1,
    gives `weight`.
    """

    feature: np.ndarray
    threshold: np.ndarray
    nan_left: np.ndarray
    left: np.ndarray
    right: np.ndarray
    weight: np.ndarray

    @property
    def leaf(self) -> np.ndarray:
        """True for a leaf, false for a branch."""
        return self.left == -1


def joined(trees: list[Tree], array: str) -> np.ndarray:
    """Return an array of all trees, one after another."""
    return np.concatenate([getattr(tree, array) for tree in trees])
