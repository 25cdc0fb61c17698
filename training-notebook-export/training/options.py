"""The options of a fit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

LEVEL = 0.9
"""Confidence level of an interval."""
REPEATS = 3
"""Cross-validations."""
SHARE = 0.2
"""Of the rows, to hold out."""
MOST_ROWS = 100
"""Of the data that a card keeps for explanations."""


@dataclass(frozen=True)
class Options:
    """The options of `fit`, as the README lists them.

    `target` has the name of its column, and perhaps its unit and description; `identity` the
    card's name, version and description where they are not made from the file. `group` and `time`
    name a column; so that neither is a feature unless `features` names it.
    """

    target: Mapping[str, str]
    kind: str = "linear"
    level: float = LEVEL
    interval: str = "auto"
    log_target: bool = False
    search: int = 0
    repeats: int = REPEATS
    seed: int = 1
    features: list[str] | None = None
    categories: list[str] = field(default_factory=list)
    na_values: list[str] = field(default_factory=list)
    drop_empty_target: bool = False
    distinct: bool = False
    identity: Mapping[str, str] = field(default_factory=dict)
    background: int = MOST_ROWS
    held_out: float = SHARE
    split_by: list[str] | None = None
    group: str | None = None
    time: str | None = None
    fingerprint: bool = True
    report: Path | None = None
