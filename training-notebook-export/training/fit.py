"""Fits a model on a CSV file and exports it with its card."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from onnx import ModelProto

from training.background import describe_background
from training.check import check_texts
from training.convert import to_onnx
from training.dataset import Dataset, Rows, load
from training.describe import describe_example, describe_features, describe_target
from training.encoder import Encoder
from training.errors import UserError
from training.estimators import make_estimator
from training.evaluate import cross_validate, describe_metrics, measure
from training.export import save
from training.files import refuse_overwriting, sha256
from training.fingerprint import describe_fingerprint
from training.interval import Calibration, Interval, calibrate, describe_coverage
from training.kinds import LIBRARIES, TOLERANCES
from training.linear import INTERVAL, PREDICT
from training.options import Options
from training.progress import Show, show_nothing
from training.provenance import provenance
from training.runtime import run
from training.search import search
from training.signature import read_signature
from training.split import MOST_REPEATS, Folds, to_csv
from training.suspicions import find_suspicions

FOLDS = 5
TOLERANCE_OF_BOUNDS = 1e-5
LARGEST_SEED = 2**32 - 1


@dataclass(frozen=True)
class Fit:
    """A fitted estimator, its card and its predictions.

    `prediction` holds, for each training row, the prediction of a model that was not fitted on it,
    (n,), or NaN; `bounds` are those of the held-out rows, (m, 2). `evaluation` is the file of the
    held-out rows, if there are any; `suspicions` are sentences about the data.
    """

    estimator: Any
    settings: Mapping[str, Any]
    card: dict[str, Any]
    data: Dataset
    prediction: np.ndarray
    interval: Interval
    bounds: np.ndarray
    evaluation: Path | None
    suspicions: list[str]


def fit(data: Path, output: Path, options: Options, show: Show = show_nothing) -> Fit:
    """Fit an estimator on a CSV file and write its model to `output`.

    A share of the rows is held out and written to a CSV file next to the output. The card's
    `held_out` metrics and the coverage of its interval are measured on them; everything else comes
    from the training rows. All files are written, a report among them if the options name its file,
    or none. Raises UserError, and writes nothing, for data that `load` refuses, and
    for a graph that does not predict what scikit-learn predicts. `show` gets each step.
    """
    held_out_file = output.with_name(f"{output.stem}.evaluation.csv")
    refuse_overwriting([data], [output, held_out_file, *filter(None, [options.report])])
    check_texts(options.identity, options.target)
    _check_seed(options.seed)
    show(f"read {data}")
    rows = load(data, options)
    folds = [rows.parts.folds(FOLDS, repeat) for repeat in range(_repeats(options))]
    settings = _settings(rows, folds[0], options)
    unfitted = _estimator(rows, options, settings)
    pairs = _shown(folds, show)
    predictions = [
        cross_validate(unfitted, *_pair(rows.training), islice(pairs, len(each))) for each in folds
    ]
    show(f"fit the model on {len(rows.training.target)} rows")
    estimator = _estimator(rows, options, settings).fit(*_pair(rows.training))
    encoder = Encoder(rows.types, rows.training.features)
    show("fit the interval")
    interval = _calibrate(encoder, rows.training, predictions[0], folds[0], options)
    show("compare the graph with the model")
    model = to_onnx(estimator, rows.types, encoder.adds(interval) if interval.is_output else None)
    prediction = estimator.predict(rows.rows.features)
    bounds = interval.bounds(encoder.numbers(rows.rows.features), prediction)
    _check_parity(model, rows, prediction, bounds, options.kind)
    metrics = describe_metrics(rows.training.target, predictions, folds)
    card = _describe(data, rows, options, settings, metrics, interval)
    held_out = rows.parts.is_held_out
    others = {}
    if held_out.any():
        _add_held_out(card, rows.held_out.target, prediction[held_out], bounds[held_out])
        others[held_out_file] = to_csv(rows.parts.held_out)
    result = Fit(
        estimator=estimator,
        settings=settings,
        card=card,
        data=rows,
        prediction=predictions[0],
        interval=interval,
        bounds=bounds[held_out],
        evaluation=held_out_file if others else None,
        suspicions=_suspicions(rows, options),
    )
    if options.report:
        # The plotting library takes a second to load.
        from training.report import make_report

        others[options.report] = make_report(result, options).encode()
    save(output, model, card, others)
    return result


def _shown(folds: list[Folds], show: Show) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the pairs of all folds, and show each."""
    pairs = [pair for each in folds for pair in each]
    for number, pair in enumerate(pairs, start=1):
        show(f"cross-validation, model {number} of {len(pairs)} on {pair[0].sum()} rows")
        yield pair


def _describe(
    data: Path,
    rows: Dataset,
    options: Options,
    settings: Mapping[str, Any],
    metrics: Mapping[str, Any],
    interval: Interval,
) -> dict[str, Any]:
    """Return the card without what is measured on the held-out rows."""
    training = rows.training
    card = {
        "name": _name(data),
        "version": _version(data, settings, options),
        **options.identity,
        "target": describe_target(options.target, training.target),
        "features": describe_features(training.features, rows.types, missing=rows.missing),
        "metrics": metrics,
        "interval": interval.describe(INTERVAL),
        **describe_example(training.features),
        **describe_background(training.features, rows.missing, options.background, options.seed),
        **provenance(data, _libraries(options.kind)),
    }
    if options.fingerprint:
        card["fingerprint"] = describe_fingerprint(rows.parts.columns, rows.parts.hashes)
    return card


def _check_seed(seed: int) -> None:
    if not 0 <= seed <= LARGEST_SEED:
        raise UserError(
            f"The seed is {seed}.", f"Give a whole number from 0 to {LARGEST_SEED} with --seed."
        )


def _pair(rows: Rows) -> tuple:
    return rows.features, rows.target


def _repeats(options: Options) -> int:
    if not 1 <= options.repeats <= MOST_REPEATS:
        raise UserError(
            f"{options.repeats} repeats of the cross-validation are asked for.",
            f"Ask for 1 to {MOST_REPEATS} with --repeats.",
        )
    # A split by time has only one set of folds.
    return 1 if options.time else options.repeats


def _estimator(rows: Dataset, options: Options, settings: Mapping[str, Any]):
    return make_estimator(
        options.kind, rows.types, rows.has_gaps, options.seed, options.log_target, settings
    )


def _settings(rows: Dataset, folds: Folds, options: Options) -> Mapping[str, Any]:
    def error(settings: Mapping[str, Any]) -> float:
        estimator = _estimator(rows, options, settings)
        prediction = cross_validate(estimator, *_pair(rows.training), folds)
        known = ~np.isnan(prediction)
        return measure(rows.training.target[known], prediction[known]).rmse

    return search(options.kind, options.search, options.seed, error) if options.search else {}


def _calibrate(
    encoder: Encoder, rows: Rows, prediction: np.ndarray, folds: Folds, options: Options
) -> Interval:
    known = ~np.isnan(prediction)
    target, prediction = rows.target[known], prediction[known]
    if options.log_target:
        target, prediction = np.log(target), np.log(prediction)
    calibration = Calibration(
        rows=np.column_stack([encoder.numbers(rows.features[known]), prediction]),
        categories=encoder.categories,
        residuals=target - prediction,
        folds=[(fitted[known], own[known]) for fitted, own in folds],
    )
    return calibrate(calibration, options.level, options.interval, options.log_target, options.seed)


def _add_held_out(
    card: dict[str, Any], actual: np.ndarray, prediction: np.ndarray, bounds: np.ndarray
) -> None:
    """Add the metrics and the interval's coverage on the held-out rows."""
    card["held_out"] = asdict(measure(actual, prediction))
    lower, upper = bounds.T
    card["interval"] |= describe_coverage(prediction, (lower <= actual) & (actual <= upper))


def _suspicions(rows: Dataset, options: Options) -> list[str]:
    chosen = bool(options.time or options.group or options.split_by)
    return find_suspicions(
        rows.parts.training,
        rows.training.target,
        rows.training.features,
        [options.time] if options.time else rows.parts.columns,
        by_order=chosen,
        by_time=bool(options.time),
    )


def _check_parity(
    model: ModelProto, rows: Dataset, expected: np.ndarray, bounds: np.ndarray, kind: str
) -> None:
    content, signature = model.SerializeToString(), read_signature(model)
    graph = run(content, signature, rows.rows.features, PREDICT)[:, 0]
    largest = np.abs(expected).max()
    _expect(np.abs(graph - expected).max(), TOLERANCES[kind] * largest, largest)
    if any(output.name == INTERVAL for output in signature.outputs):
        served = run(content, signature, rows.rows.features, INTERVAL, columns=2)
        largest = np.abs(bounds).max()
        _expect(np.abs(served - bounds).max(), TOLERANCE_OF_BOUNDS * largest, largest)


def _expect(error: float, most: float, largest: float) -> None:
    if not error <= most:
        raise UserError(
            f"The graph's predictions differ from scikit-learn's by up to {error:.2g}, where the "
            f"largest is {largest:.2g}.",
            "Choose another --estimator.",
        )


def _name(data: Path) -> str:
    return re.sub("[^a-z0-9]+", "-", data.stem.lower())[:40].strip("-") or "model"


def _version(data: Path, settings: Mapping[str, Any], options: Options) -> str:
    kind = "-".join([options.kind, *["log"] * options.log_target, *["search"] * bool(settings)])
    return f"{kind}-{sha256(data)[:8]}"


def _libraries(kind: str) -> list[str]:
    return ["numpy", "scikit-learn", "onnx", *[kind] * (kind in LIBRARIES)]
