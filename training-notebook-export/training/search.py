"""Searches for better settings of a regressor, at random."""

import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sklearn.model_selection import ParameterSampler

from training.errors import UserError
from training.estimators import SEARCHED

WIDTH = 30
"""Characters of the progress bar."""


def search(
    kind: str, count: int, seed: int, error: Callable[[Mapping[str, Any]], float]
) -> dict[str, Any]:
    """Return the settings of the smallest `error`, among the defaults, {}, and `count` drawn ones.

    Progress is shown on the error stream.

    Raises UserError for a kind without settings and a negative count.
    """
    if count < 0 or kind not in SEARCHED:
        raise UserError(
            f"A search of {count} settings for the estimator {kind} is asked for.",
            f"Search for settings of {', '.join(SEARCHED)}, 0 of them or more.",
        )
    drawn = ParameterSampler(SEARCHED[kind], count, random_state=seed)
    best, lowest = {}, error({})
    default = lowest
    for number, settings in enumerate(map(_plain, drawn), start=1):
        found = error(settings)
        if found < lowest:
            best, lowest = settings, found
        _show(number, count, default, lowest)
    return best


def _plain(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.item() if isinstance(value, np.generic) else value
        for name, value in settings.items()
    }


def _show(number: int, count: int, default: float, lowest: float) -> None:
    done = WIDTH * number // count
    end = "\n" if number == count else ""
    print(
        f"\rsearch [{'#' * done}{'.' * (WIDTH - done)}] {number}/{count}, "
        f"RMSE {default:.4g} → {lowest:.4g}",
        end=end,
        file=sys.stderr,
        flush=True,
    )
