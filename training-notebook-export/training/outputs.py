"""The meaning of a model's outputs: the prediction, and optionally the bounds of its interval."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from training.conformal import check_level, split_offsets
from training.errors import UserError
from training.interval import describe_coverage
from training.signature import Signature

MEDIAN = 0.5


@dataclass(frozen=True)
class Outputs:
    """Which outputs of a graph hold what.

    `prediction` names the output that holds the prediction, if several can. Given `levels`, it is
    [N, q] and holds quantiles: the median is the prediction. `interval` names two outputs with the
    lower and the upper bound, or one [N, 2]. `level` is that of the interval; without `interval`,
    the bounds are calibrated.
    """

    prediction: str | None = None
    levels: Sequence[float] = ()
    interval: Sequence[str] = ()
    level: float | None = None


@dataclass(frozen=True)
class Predictions:
    """Predictions (n,), and the card's members of `target` and `interval` for the outputs."""

    values: np.ndarray
    target: dict[str, Any]
    interval: dict[str, Any] | None


def read_outputs(
    outputs: Outputs,
    signature: Signature,
    run: Callable[[str, int], np.ndarray],
    actual: np.ndarray,
) -> Predictions:
    """Return the predictions of a model for rows, and describe its outputs.

    `run` takes an output's name and its number of columns and returns it for the rows;
    `actual` are their true values, (n,), that the interval is calibrated on, or measured by.

    Raises UserError if outputs and graph do not fit each other.
    """
    _check(outputs)
    columns = len(outputs.levels) or 1
    found = signature.prediction(outputs.prediction, columns, outputs.interval)
    values = run(found.name, columns)
    predicted = values[:, outputs.levels.index(MEDIAN) if outputs.levels else 0]
    interval = None
    if outputs.interval:
        names, width = list(outputs.interval), 3 - len(outputs.interval)
        bounds = np.column_stack([run(signature.bound(each, width).name, width) for each in names])
        place = {"outputs": names} if len(names) == 2 else {"output": names[0]}
        interval = _interval(outputs.level, "Outputs of the model.", place)
        interval |= _coverage(predicted, bounds, actual)
    elif outputs.level is not None:
        interval = split_offsets(actual - predicted, outputs.level)
    elif outputs.levels:
        level = round(outputs.levels[-1] - outputs.levels[0], 12)
        interval = _interval(level, "Quantiles that the model predicts.", {"output": found.name})
        interval |= _coverage(predicted, values[:, [0, -1]], actual)
    named = {"output": found.name} if outputs.prediction or outputs.levels else {}
    levels = {"levels": list(outputs.levels)} if outputs.levels else {}
    return Predictions(predicted, named | levels, interval)


def _interval(level: float, method: str, place: dict[str, Any]) -> dict[str, Any]:
    check_level(level)
    return {"level": level, "method": method, **place}


def _coverage(predicted: np.ndarray, bounds: np.ndarray, actual: np.ndarray) -> dict[str, Any]:
    inside = (bounds[:, 0] <= actual) & (actual <= bounds[:, 1])
    return describe_coverage(predicted, inside)


def _check(outputs: Outputs) -> None:
    levels = outputs.levels
    rise = all(0 < low < high < 1 for low, high in pairwise(levels))
    if levels and not (rise and len(levels) > 1 and MEDIAN in levels):
        raise UserError(
            f"The levels are {', '.join(map(str, levels))}.",
            "Give two or more between 0 and 1, rising, 0.5 among them, one for each column of the "
            "output, such as 0.05,0.5,0.95.",
        )
    if outputs.interval and (len(outputs.interval) > 2 or outputs.level is None):
        raise UserError(
            f"The interval is given by {len(outputs.interval)} outputs of the model, of level "
            f"{outputs.level}.",
            "Name two outputs, lower and upper bound, or one [N, 2], and give the --level with "
            "which they were fitted, such as 0.9.",
        )
