"""Adds a model card to a regression model that any exporter made."""

import filecmp
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from onnx import GraphProto, ModelProto, TensorProto
from onnx.external_data_helper import ExternalDataInfo, uses_external_data

from training.background import MOST_ROWS, describe_background
from training.card import describe_example, describe_features, describe_target, load_model
from training.conformal import split_offsets
from training.data import Table, read_table
from training.errors import UserError
from training.evaluate import measure
from training.export import save
from training.files import sha256
from training.fingerprint import describe_fingerprint
from training.row_hash import row_hashes
from training.runtime import run
from training.signature import FLOATING, Signature, read_signature
from training.split import hashed_columns


def annotate(
    source: Path,
    output: Path,
    data: Path,
    identity: Mapping[str, str],
    target: Mapping[str, str],
    features: list[str] | None = None,
    missing: Collection[str] = (),
    level: float | None = None,
    background: int = MOST_ROWS,
    trained_on: Path | None = None,
    split_by: Collection[str] | None = None,
    prediction: str | None = None,
) -> dict[str, Any]:
    """Write the model `source` with a card to `output` (which may be the same) and return the card.

    `data` is a CSV file of rows that the model was not trained on, with the column
    `target["name"]`; `identity` holds the card's name, version and perhaps description.
    `features` names the columns of a one-tensor model in order, by default the file's columns
    without the target; `prediction` the output that holds the prediction, if several can. Cells of
    features in `missing` may be empty. Given a `level`, the card gets a prediction interval
    calibrated on the rows, and up to `background` of them for explanations.
    Given `trained_on`, a CSV file of the rows that the model was trained on, the card gets their
    fingerprint, of the columns `split_by`, by default all but the target.

    Raises UserError, and writes nothing, if the model is no regression model that can be served,
    the rows do not fit it, or it was trained on some of them.
    """
    model = load_model(source)
    signature = read_signature(model)
    _check_weights(model, source, output)
    table = read_table(data)
    types = _types(signature, table, target["name"], features)
    _check_missing(types, missing)
    rows = table.frame(types | {target["name"]: "double"}, missing)
    actual = rows.pop(target["name"]).to_numpy()
    output_name = signature.output(prediction).name if prediction else signature.prediction.name
    predicted = run(source, signature, rows, output_name)[:, 0]
    card = {
        **identity,
        "target": describe_target(target, actual) | ({"output": output_name} if prediction else {}),
        "features": describe_features(rows, types, missing=missing),
        "held_out": asdict(measure(actual, predicted)),
        **({"interval": split_offsets(actual - predicted, level)} if level is not None else {}),
        "data_sha256": sha256(data),
        **_libraries(model),
        **describe_example(rows),
        **describe_background(rows, missing, background),
    }
    if trained_on:
        card["fingerprint"] = _fingerprint(trained_on, table, target["name"], split_by)
    save(output, model, card)
    return card


def _types(
    signature: Signature, table: Table, target: str, features: list[str] | None
) -> dict[str, str]:
    names = features or [name for name in table.header if name != target]
    columns = signature.inputs[0].columns
    if signature.one_tensor and columns not in (None, len(names)):
        raise UserError(
            f"The model takes {columns} columns and {len(names)} are named: {', '.join(names)}.",
            "Name them in order with --features A,B,C.",
        )
    types = signature.types(names)
    if target in types:
        raise UserError(
            f"The target {target} is also a feature of the model.",
            "Name another column with --target, or the features with --features.",
        )
    return types


def _check_missing(types: Mapping[str, str], missing: Collection[str]) -> None:
    for name in missing:
        if types.get(name) not in (*FLOATING, "string"):
            raise UserError(
                f"Feature {name} cannot be missing, being {types.get(name, 'none of the model')}.",
                "Name float, double or string features of the model with --missing.",
            )


def _fingerprint(
    trained_on: Path, rows: Table, target: str, split_by: Collection[str] | None
) -> dict[str, Any]:
    trained = read_table(trained_on)
    columns = hashed_columns(trained, target, split_by)
    hashes = row_hashes(trained, columns)
    seen = set(hashes)
    candidates = zip(rows.lines, row_hashes(rows, columns), strict=True)
    lines = [line for (line, _), each in candidates if each in seen]
    if lines:
        raise UserError(
            f"The model was trained on {len(lines)} of the {len(rows.lines)} rows in {rows.path}: "
            f"the first is in line {lines[0]}, and {trained_on} has it, too.",
            "Give rows that the model has not seen.",
        )
    return describe_fingerprint(columns, hashes)


def _libraries(model: ModelProto) -> dict[str, Any]:
    if not (model.producer_name and model.producer_version):
        return {}
    return {"libraries": {model.producer_name: model.producer_version}}


def _check_weights(model: ModelProto, source: Path, output: Path) -> None:
    """Make sure that weights in other files, which stay where they are, are found from `output`."""
    for location in sorted(set(_locations(model))):
        expected = output.parent / location
        if output.parent.resolve() == source.parent.resolve():
            continue
        if not expected.is_file() or not filecmp.cmp(
            source.parent / location, expected, shallow=False
        ):
            raise UserError(
                f"The model keeps weights in {source.parent / location}, "
                f"and {expected} is no copy of it.",
                f"Copy it there first, or write the output into {source.parent}.",
            )


def _locations(model: ModelProto) -> Iterator[str]:
    for part in (model.graph, *model.functions):
        for tensor in _tensors(part):
            if uses_external_data(tensor):
                yield ExternalDataInfo(tensor).location


def _tensors(graph: GraphProto) -> Iterator[TensorProto]:
    yield from getattr(graph, "initializer", ())
    for node in graph.node:
        for attribute in node.attribute:
            yield from (attribute.t, *attribute.tensors)
            for subgraph in (attribute.g, *attribute.graphs):
                yield from _tensors(subgraph)
