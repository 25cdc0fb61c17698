"""Figures of several rounds, and their comparison with peers and bounds."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Beyond this, (most - least) / median, a figure is called noisy.
NOISY = 0.3

# Figures by server, then by what was measured.
Figures = Mapping[str, Mapping[str, "Figure"]]


@dataclass(frozen=True)
class Figure:
    """One measurement of each round."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def low(self) -> float:
        return min(self.values)

    @property
    def high(self) -> float:
        return max(self.values)

    @property
    def noise(self) -> float:
        return (self.high - self.low) / self.median


@dataclass(frozen=True)
class Bound:
    """A limit: of the ratio to the peer, or of the figure itself."""

    limit: float
    of_ratio: bool = True


@dataclass(frozen=True)
class Question:
    """What is compared with which peers. The bar must hold; the goal is aimed at."""

    what: str
    unit: str
    metric: str
    peers: tuple[str, ...]
    more_is_better: bool
    bar: Bound | None
    goal: Bound | None


@dataclass(frozen=True)
class Comparison:
    """The answer to a question. The ratio is that of the medians; None without a peer."""

    question: Question
    own: Figure
    peer_name: str | None
    peer: Figure | None

    @property
    def ratio(self) -> float | None:
        return None if self.peer is None else self.own.median / self.peer.median

    @property
    def ratios(self) -> tuple[float, ...]:
        """Round by round."""
        if self.peer is None:
            return ()
        return tuple(
            own / peer for own, peer in zip(self.own.values, self.peer.values, strict=True)
        )

    def holds(self, bound: Bound) -> bool | None:
        """Whether a bound is reached by the medians; None if that cannot be said."""
        value = self.ratio if bound.of_ratio else self.own.median
        return None if value is None else self._reaches(value, bound)

    def wavers(self, bound: Bound) -> bool:
        """Whether some rounds reach a bound and others do not."""
        values = self.ratios if bound.of_ratio else self.own.values
        return len({self._reaches(value, bound) for value in values}) > 1

    def _reaches(self, value: float, bound: Bound) -> bool:
        return value >= bound.limit if self.question.more_is_better else value <= bound.limit


def compare(question: Question, own: str, figures: Figures) -> Comparison:
    """Compare with the best of the peers that were measured."""
    measured = [name for name in question.peers if question.metric in figures.get(name, {})]
    choose = max if question.more_is_better else min
    best = choose(measured, key=lambda name: figures[name][question.metric].median, default=None)
    return Comparison(
        question,
        figures[own][question.metric],
        best,
        None if best is None else figures[best][question.metric],
    )


def noisy(figures: Figures) -> Sequence[str]:
    """The names of the figures whose rounds differ much."""
    return [
        f"{server}, {metric}"
        for server, metrics in figures.items()
        for metric, figure in metrics.items()
        if figure.noise > NOISY
    ]
