"""A report on a fit as one HTML file: the data, the model compared with simpler ones, its errors.
"""

import base64
import io
from collections.abc import Iterator, Sequence
from html import escape

import matplotlib
import numpy as np
import pandas as pd
from sklearn.dummy import DummyRegressor
from sklearn.inspection import permutation_importance

from training.card import title
from training.estimators import make_estimator
from training.evaluate import ERRORS, cross_validate, describe_metrics
from training.fit import FOLDS, Fit
from training.options import Options

matplotlib.use("agg")
from matplotlib import pyplot as plt

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { padding: .2rem .8rem; border-bottom: 1px solid #ccc; text-align: right; }
th:first-child, td:first-child { text-align: left; }
img { max-width: 100%; }
.warning { border-left: .3rem solid #b35900; padding-left: .7rem; }
"""
REPEATS = 5
"""How often a feature is shuffled to see how much it matters."""
MOST_PLOTS = 24
"""Features whose distribution is drawn."""


def make_report(result: Fit, options: Options) -> str:
    """Return the report on a fit in HTML, which refers to no other file."""
    name = escape(title(result.card))
    sections = [
        f"<h1>{name}</h1>",
        *_summary(result),
        *_data(result),
        *_distributions(result),
        *_candidates(result, options),
        *_residuals(result),
        *_coverage(result),
        *_importance(result, options),
    ]
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{name}</title>'
        f"\n<style>{STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(sections)
        + "\n</body>\n</html>\n"
    )


def _summary(result: Fit) -> Iterator[str]:
    target = result.card["target"]
    unit = f", in {target['unit']}" if "unit" in target else ""
    trained, held_out = len(result.data.training.target), len(result.data.held_out.target)
    yield _text(
        f"Predicts {target['name']}{unit}. {trained} rows were trained on, {held_out} held out."
    )
    yield from (_text(note) for note in result.data.notes)
    yield from (_text(each, "warning") for each in result.suspicions)


def _data(result: Fit) -> Iterator[str]:
    rows = result.data.training
    yield "<h2>Data</h2>"
    yield _text("The rows trained on.")
    columns = [*rows.features.items(), (result.card["target"]["name"], pd.Series(rows.target))]
    yield _table(
        ["column", "type", "missing", "different", "least", "mean", "most"],
        [_column(name, column, result.data.types.get(name, "target")) for name, column in columns],
    )


def _column(name: str, column: pd.Series, kind: str) -> list[str]:
    missing = column.isna() | (column == "")
    known = column[~missing]
    share = f"{missing.mean():.1%}"
    if kind == "string":
        return [name, kind, share, str(known.nunique()), "", "", ""]
    numbers = known.astype(float)
    shown = [_number(value) for value in (numbers.min(), numbers.mean(), numbers.max())]
    return [name, kind, share, str(known.nunique()), *shown]


def _distributions(result: Fit) -> Iterator[str]:
    rows = result.data.training
    features = list(rows.features)[:MOST_PLOTS]
    columns = {result.card["target"]["name"]: pd.Series(rows.target)}
    columns |= {name: rows.features[name] for name in features}
    yield "<h2>Distributions</h2>"
    count = len(columns)
    figure, axes = plt.subplots(
        -(-count // 4), 4, figsize=(12, 2.4 * -(-count // 4)), squeeze=False
    )
    for own in axes.flat[count:]:
        own.set_visible(False)
    for own, (name, column) in zip(axes.flat, columns.items(), strict=False):
        if pd.api.types.is_numeric_dtype(column) and column.dtype != bool:
            own.hist(column.dropna(), bins=25)
        else:
            counts = column.astype(str).replace("", "(missing)").value_counts()[:8]
            own.barh(counts.index[::-1], counts.to_numpy()[::-1])
        own.set_title(name, fontsize=9, parse_math=False)
        own.tick_params(labelsize=7)
    yield _image(figure, f"Histograms of {', '.join(columns)}, of how many rows have which value.")
    left_out = rows.features.shape[1] - len(features)
    if left_out:
        yield _text(f"Of {left_out} more features there is no plot.")


def _candidates(result: Fit, options: Options) -> Iterator[str]:
    """Compare the model with the mean, which any model must beat, and with a linear model."""
    rows, target = result.data.training, result.data.training.target
    folds = [result.data.parts.folds(FOLDS)]
    linear = make_estimator(
        "linear", result.data.types, result.data.has_gaps, options.seed, options.log_target
    )
    found = {
        "mean of the target": cross_validate(
            DummyRegressor(), np.zeros((len(target), 1)), target, folds[0]
        )
    }
    if options.kind != "linear":
        found["linear"] = cross_validate(linear, rows.features, target, folds[0])
    found[f"{options.kind}, this model"] = result.prediction
    yield "<h2>Candidates</h2>"
    yield _text(
        "Cross-validated on the rows trained on; ± is the standard deviation from fold to fold."
    )
    lines = []
    for name, prediction in found.items():
        metrics = describe_metrics(target, [prediction], folds)
        std = metrics.get("std", dict.fromkeys(ERRORS, np.nan))
        lines.append([name, *(_pair(metrics[error], std[error]) for error in ERRORS)])
    yield _table(["model", "RMSE", "MAE", "R²"], lines)
    held_out = result.card.get("held_out")
    if held_out:
        yield _text(
            f"On the rows held out, this model has RMSE {_number(held_out['rmse'])}, MAE "
            f"{_number(held_out['mae'])} and R² {held_out['r2']:.3f}."
        )


def _residuals(result: Fit) -> Iterator[str]:
    known = ~np.isnan(result.prediction)
    prediction, target = result.prediction[known], result.data.training.target[known]
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.5))
    left.scatter(prediction, target, s=6)
    left.axline((target.mean(), target.mean()), slope=1, color="black", linewidth=1)
    left.set(xlabel="prediction", ylabel="target", title="Predicted against actual")
    right.scatter(prediction, target - prediction, s=6)
    right.axhline(0, color="black", linewidth=1)
    right.set(xlabel="prediction", ylabel="target - prediction", title="Residuals")
    bias, spread = (target - prediction).mean(), (target - prediction).std()
    yield "<h2>Residuals</h2>"
    yield _text("Each row predicted by a model that was not fitted on it.")
    yield _image(
        figure,
        f"Two scatter plots of {len(target)} rows: the target, and the residual, against the "
        f"prediction. Residuals have the mean {_number(bias)} and the standard deviation "
        f"{_number(spread)}.",
    )


def _coverage(result: Fit) -> Iterator[str]:
    interval = result.card["interval"]
    yield "<h2>Interval</h2>"
    yield _text(f"Level {interval['level']}. {interval['method']}")
    lines = [
        [f"{name}, rows trained on", *(f"{share:.2f}" for share in shares)]
        for name, shares in result.interval.coverage.items()
    ]
    if "coverage_by_fifth" in interval:
        own = [f"{share:.2f}" for share in interval["coverage_by_fifth"]]
        lines.append(["this model, rows held out", *own])
    yield _text("Share of rows inside, by fifth of the prediction:")
    yield _table(["interval", "lowest", "second", "third", "fourth", "highest"], lines)
    if "coverage" in interval:
        width = np.ptp(result.bounds, axis=1)
        yield _text(
            f"Of the rows held out, {interval['coverage']:.1%} are inside. The interval is "
            f"{_number(np.median(width))} wide in the median, and {_number(width.min())} to "
            f"{_number(width.max())}."
        )


def _importance(result: Fit, options: Options) -> Iterator[str]:
    """Return how much the error grows when a feature is shuffled (Breiman 2001)."""
    rows = result.data.held_out if len(result.data.held_out.target) else result.data.training
    found = permutation_importance(
        result.estimator,
        rows.features,
        rows.target,
        scoring="neg_root_mean_squared_error",
        n_repeats=REPEATS,
        random_state=options.seed,
    )
    order = np.argsort(found.importances_mean)[::-1]
    names = list(rows.features)
    yield "<h2>Importance</h2>"
    yield _text(
        "By how much the RMSE grows when the values of a feature are shuffled (Breiman, Random "
        "Forests, Machine Learning 45, 2001). Correlated features share it."
    )
    yield _table(
        ["feature", "RMSE grows by"],
        [[names[at], _pair(found.importances_mean[at], found.importances_std[at])] for at in order],
    )


def _pair(mean: float, deviation: float) -> str:
    return f"{_number(mean)} ± {_number(deviation)}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"


def _text(text: str, kind: str = "") -> str:
    attribute = f' class="{kind}"' if kind else ""
    return f"<p{attribute}>{escape(text)}</p>"


def _table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in header)
    body = "\n".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in line) + "</tr>" for line in lines
    )
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def _image(figure, description: str) -> str:
    figure.tight_layout()
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=100)
    plt.close(figure)
    data = base64.b64encode(content.getvalue()).decode()
    return f'<img alt="{escape(description)}" src="data:image/png;base64,{data}">'
