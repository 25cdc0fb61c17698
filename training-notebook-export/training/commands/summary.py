"""What the commands print about a card."""


def summary(card: dict) -> str:
    """Return a line for each of a card's metrics, and for its interval."""
    lines = [
        f"{words}: {_errors(card[member])}"
        for member, words in {"metrics": "cross-validated", "held_out": "held out"}.items()
        if member in card
    ]
    if "interval" in card:
        lines.append(_interval(card["interval"]))
    return "\n".join(lines)


def _errors(metrics: dict) -> str:
    std = metrics.get("std", {})
    errors = ", ".join(
        f"{words} {metrics[name]:.3f}" + (f" ± {std[name]:.3f}" if std else "")
        for name, words in {"rmse": "RMSE", "mae": "MAE", "r2": "R²"}.items()
    )
    return f"{errors} on {metrics['rows']} rows"


def _interval(interval: dict) -> str:
    measured = f", coverage {interval['coverage']:.3f}" if "coverage" in interval else ""
    fifths = " ".join(f"{share:.2f}" for share in interval.get("coverage_by_fifth", []))
    by_fifth = f", by fifth of the prediction {fifths}" if fifths else ""
    return f"interval of level {interval['level']}{measured}{by_fifth}"
