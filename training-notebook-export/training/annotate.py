"""Adds a model card to a regression model, whichever tool exported it."""

import filecmp
import shlex
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from onnx import GraphProto, ModelProto, TensorProto
from onnx.external_data_helper import ExternalDataInfo, uses_external_data

from training.background import MOST_ROWS, describe_background
from training.card import load_model
from training.check import check_texts
from training.csv_files import read_table
from training.data import Table
from training.describe import describe_example, describe_features, describe_target
from training.errors import UserError
from training.evaluate import measure
from training.export import save
from training.files import refuse_overwriting, sha256
from training.fingerprint import describe_fingerprint
from training.naming import example, name_features
from training.outputs import Outputs, read_outputs
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
    background: int = MOST_ROWS,
    trained_on: Path | None = None,
    split_by: Collection[str] | None = None,
    outputs: Outputs = Outputs(),
) -> dict[str, Any]:
    """Write the model `source` with a card to `output` (which may be the same) and return the card.

    `data` is a CSV file of rows that the model was not trained on, with the column
    `target["name"]`; `identity` holds the card's name, version and optionally description.
    `features` names the columns of the model's input in order, by default the file's columns
    without the target; if several inputs take features, it is the text num=a,b;cat=c, split at its
    commas. Cells of features in `missing` may be empty. `outputs` describes the outputs as far as
    the graph does not; if it has a `level`, an interval is calibrated on the rows. Up to
    `background` of the rows are kept for explanations. If `trained_on` is given, a CSV file of the
    training rows, the card gets their fingerprint over the columns `split_by`, by default all but
    the target. Raises UserError, and writes nothing, if the function could not serve the model, the
    rows do not fit it, or it was trained on some of them.
    """
    refuse_overwriting([data, trained_on] if trained_on else [data], [output])
    check_texts(identity, target)
    model = load_model(source)
    signature = read_signature(model, source)
    _check_weights(model, source, output)
    table = read_table(data)
    named = _named(signature, table, target["name"], features)
    inputs = {name: each for name, each in named if each not in (None, name)}
    types = _types(signature, [name for name, _ in named], inputs, target["name"])
    _check_missing(types, missing)
    rows = table.frame(types | {target["name"]: "double"}, missing)
    table.refuse_extremes(rows[[target["name"]]])
    actual = rows.pop(target["name"]).to_numpy()
    predictions = read_outputs(
        outputs,
        signature,
        lambda name, columns: run(source, signature, rows, name, columns, inputs),
        actual,
    )
    card = {
        **identity,
        "target": describe_target(target, actual) | predictions.target,
        "features": describe_features(rows, types, _texts(signature, inputs), missing),
        "held_out": asdict(measure(actual, predictions.values)),
        **({"interval": predictions.interval} if predictions.interval else {}),
        "data_sha256": sha256(data),
        **_libraries(model),
        **describe_example(rows),
        **describe_background(rows, missing, background),
    }
    if trained_on:
        card["fingerprint"] = _fingerprint(trained_on, table, target["name"], split_by)
    save(output, model, card)
    return card


def _named(
    signature: Signature, table: Table, target: str, features: list[str] | None
) -> list[tuple[str, str | None]]:
    """Return pairs of feature and input (or None): as given, otherwise as in the graph or the file.
    """
    if features:
        return name_features(features, signature)
    if signature.blocks:
        inputs = ", ".join(map(str, signature.inputs))
        raise UserError(
            f"The model takes {inputs}, and does not contain the names of their columns.",
            f"Name them with --features {shlex.quote(example(signature))}.",
        )
    named, columns = signature.names, [name for name in table.header if name != target]
    if named and (len(named) > 1 or named[0] in columns):
        columns = named
    return [(name, None) for name in columns]


def _types(
    signature: Signature, names: list[str], inputs: Mapping[str, str], target: str
) -> dict[str, str]:
    faults = list(signature.faults(signature.layout(names, inputs)))
    if faults:
        raise UserError(
            f"The features do not fit the model: {'; '.join(faults)}.",
            f"Name them with --features {shlex.quote(example(signature))}."
            if signature.blocks
            else "Name them in order with --features A,B,C.",
        )
    if target in names:
        raise UserError(
            f"The target {target} is also a feature of the model.",
            "Name another column with --target, or the features with --features.",
        )
    return signature.types(names, inputs)


def _texts(signature: Signature, inputs: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return feature → input, as on the card, if the graph has several inputs."""
    several = len(signature.inputs) > 1
    return {name: {"input": each} for name, each in inputs.items() if several}


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
    """Check that weights in other files, which are not copied, can be found from `output`."""
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
                "Copy it there first, or write the output beside the model.",
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
