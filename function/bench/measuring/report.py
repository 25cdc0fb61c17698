"""Figures as Markdown, for people and for BENCHMARKS.md."""

from collections.abc import Iterable, Sequence

from measuring.figures import Bound, Comparison, Figure, Figures


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def number(value: float) -> str:
    """Formats a value with three significant digits, or whole: 0.43, 12.3, 6 820."""
    if value >= 100:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def figure(figure: Figure | None) -> str:
    """Formats the median, with least and most if there are several values."""
    if figure is None:
        return "–"
    return spread(figure.median, figure.values)


def spread(median: float, values: Sequence[float]) -> str:
    if len(values) < 2:
        return number(median)
    return f"{number(median)} ({number(min(values))}–{number(max(values))})"


def comparisons(results: Sequence[Comparison]) -> str:
    head = ("", "function", "best of the peers", "ratio", "bar", "goal")
    return table(head, (comparison(result) for result in results))


def comparison(result: Comparison) -> Sequence[str]:
    question = result.question
    return (
        f"{question.what}, {question.unit}",
        figure(result.own),
        "not measured" if result.peer is None else f"{figure(result.peer)}: {result.peer_name}",
        "–" if result.ratio is None else spread(result.ratio, result.ratios),
        *(verdict(result, bound) for bound in (question.bar, question.goal)),
    )


def verdict(result: Comparison, bound: Bound | None) -> str:
    """Such as "≤ 0.8 ×: holds"; a dash without a bound."""
    if bound is None:
        return "–"
    sign = "≥" if result.question.more_is_better else "≤"
    unit = "×" if bound.of_ratio else result.question.unit
    return f"{sign} {bound.limit:.3g} {unit}: {outcome(result, bound)}"


def outcome(result: Comparison, bound: Bound) -> str:
    holds = result.holds(bound)
    if holds is None:
        return "not known"
    text = "holds" if holds else "**missed**"
    return text + (", not in every round" if result.wavers(bound) else "")


def overview(figures: Figures) -> str:
    """All figures, with a column for each server."""
    metrics = list(dict.fromkeys(metric for measured in figures.values() for metric in measured))
    rows = (
        (metric, *(figure(measured.get(metric)) for measured in figures.values()))
        for metric in metrics
    )
    return table(("", *figures), rows)


def facts(environment: dict[str, str]) -> str:
    return table(("", ""), environment.items())
