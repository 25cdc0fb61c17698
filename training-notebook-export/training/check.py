"""Checks a model card against its schema, against itself and against the graph."""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from jsonschema import Draft202012Validator

from training.errors import UserError
from training.fingerprint import fingerprint_faults
from training.signature import LARGEST, Signature

SCHEMA = json.loads(Path(__file__).with_name("model-card.schema.json").read_text(encoding="utf-8"))
MOST_SHOWN = 300
"""Characters of a fault, which quotes a value of the card."""
REMEDIES = {
    "name": "Give at most 40 of a-z, 0-9 and -, neither first nor last a -, such as flat-prices.",
    "version": "Give at most 40 letters, digits, ., - and _, beginning with a letter or digit.",
    "description": "Give a description, or leave it out.",
    "unit": "Give a unit, or leave it out.",
}


def check(card: Any, signature: Signature) -> None:
    """Check a card; raise UserError that lists all its faults."""
    # The following checks rely on the form that the schema guarantees.
    faults = list(_schema_faults(card)) or [
        *_feature_faults(card["features"]),
        *_date_faults(card),
        *_example_faults(card),
        *_histogram_faults(card),
        *_background_faults(card),
        *fingerprint_faults(card),
        *_graph_faults(card, signature),
    ]
    if faults:
        raise UserError(
            f"The model card is not valid: {'; '.join(faults)}.",
            "Correct the card, or write it again with the command 'card'.",
        )


def check_texts(identity: Mapping[str, str], target: Mapping[str, str]) -> None:
    """Check what a user writes of a model, before it is fitted or run; raise UserError."""
    members = SCHEMA["properties"]
    forms = {**members, "unit": members["target"]["properties"]["unit"]}
    for member, text in (identity | {"unit": target.get("unit", "-")}).items():
        if not _is_text(text):
            raise UserError(
                f"The {member} {text!r} is not in the encoding {sys.getfilesystemencoding()}.",
                "Set the terminal to UTF-8, or PYTHONUTF8=1, and run it again.",
            )
        if not Draft202012Validator(forms[member]).is_valid(text):
            raise UserError(f"The {member} {text!r} cannot be on a model card.", REMEDIES[member])


def _is_text(text: str) -> bool:
    """Return whether these are characters, and no bytes of an argument in another encoding."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _schema_faults(card: Any) -> Iterator[str]:
    for error in Draft202012Validator(SCHEMA).iter_errors(card):
        yield f"{_shortened(error.json_path)}: {_shortened(error.message)}"


def _shortened(text: str) -> str:
    """Return a text without its middle if it is long: the end says what is wrong with a value."""
    half = MOST_SHOWN // 2
    return text if len(text) <= MOST_SHOWN else f"{text[:half]} … {text[-half:]}"


def _feature_faults(features: list[dict]) -> Iterator[str]:
    for name, count in Counter(feature["name"] for feature in features).items():
        if count > 1:
            yield f"feature {name} is listed {count} times"
    for feature in features:
        values = [feature[key] for key in ("min", "mean", "max") if key in feature]
        if values != sorted(values):
            yield f"feature {feature['name']} does not have min <= mean <= max"


def _date_faults(card: dict) -> Iterator[str]:
    try:
        datetime.fromisoformat(card.get("trained_at", "2000-01-01T00:00:00Z"))
    except ValueError as error:
        yield f"trained_at: {error}"


def _example_faults(card: dict) -> Iterator[str]:
    if "example" not in card:
        return
    example = card["example"]
    types = {feature["name"]: feature["type"] for feature in card["features"]}
    for name in sorted(types.keys() ^ example.keys()):
        yield f"feature {name} is " + ("not in the example" if name in types else "unknown")
    for name in types.keys() & example.keys():
        if not _fits(example[name], types[name]):
            yield f"the example's {name} is {example[name]!r} and no {_wanted(types[name])}"


def _histogram_faults(card: dict) -> Iterator[str]:
    columns = {f"feature {feature['name']}": feature for feature in card["features"]}
    for column, texts in (columns | {"the target": card["target"]}).items():
        histogram = texts.get("histogram", {})
        edges = histogram.get("edges", [])
        if any(low >= high for low, high in pairwise(edges)):
            yield f"the edges of {column} do not rise"
        if edges and len(histogram["counts"]) != len(edges) - 1:
            yield f"{column} does not have a count between every two edges"


def _background_faults(card: dict) -> Iterator[str]:
    features = card["features"]
    for index, row in enumerate(card.get("background", [])):
        if len(row) != len(features):
            sizes = f"{len(row)} values for {len(features)} features"
            yield f"row {index} of the background has {sizes}"
            continue
        for feature, value in zip(features, row, strict=True):
            fits = "missing" in feature if value is None else _fits(value, feature["type"])
            if not fits:
                yield (
                    f"row {index} of the background has {value!r} for {feature['name']} and no "
                    f"{_wanted(feature['type'])}"
                )


def _wanted(kind: str) -> str:
    passed_on = " that ONNX Runtime for Java passes on: without U+0000 and emoji"
    return kind + passed_on if kind == "string" else kind


def _fits(value: float | bool | str, kind: str) -> bool:
    if kind == "string":
        return isinstance(value, str) and _is_passed_on(value)
    if kind == "bool":
        return isinstance(value, bool)
    if isinstance(value, (bool, str)):
        return False
    if kind in ("int64", "int32"):
        limits = np.iinfo(kind)
        return value == int(value) and limits.min <= value <= limits.max
    return abs(value) <= LARGEST[kind]


def _is_passed_on(text: str) -> bool:
    """Return whether ONNX Runtime for Java passes all characters on."""
    return all("\0" < each <= "\uffff" for each in text)


def _graph_faults(card: dict, signature: Signature) -> Iterator[str]:
    features = card["features"]
    names = [feature["name"] for feature in features]
    inputs = {feature["name"]: feature["input"] for feature in features if "input" in feature}
    yield from signature.faults(signature.layout(names, inputs))
    types = signature.types(names, inputs)
    for feature in features:
        expected = types.get(feature["name"], feature["type"])
        if feature["type"] != expected:
            yield f"feature {feature['name']} is {feature['type']}, the graph takes {expected}"
    yield from _name_faults([value.name for value in signature.inputs])
    yield from _prediction_faults(card, signature)
    yield from _interval_faults(card, signature)


def _name_faults(names: list[str]) -> Iterator[str]:
    for name in names:
        if not _is_passed_on(name):
            yield (
                f"the graph's {name} has U+0000 or a character beyond U+FFFF, such as emoji, which "
                "ONNX Runtime for Java alters: export it again with another name"
            )


def _prediction_faults(card: dict, signature: Signature) -> Iterator[str]:
    name, levels = card["target"].get("output"), card["target"].get("levels", [])
    columns = len(levels) or 1
    found = [
        output.name
        for output in signature.outputs
        if output.may_be(columns) and output.name not in _bounds(card, columns)
    ]
    if any(low >= high for low, high in pairwise(levels)):
        yield "the target's levels do not rise"
    if name is not None and name not in found:
        outputs = ", ".join(map(str, signature.outputs))
        yield f"the target's output {name} is no [N, {columns}] output among {outputs}"
    yield from _name_faults(found if name is None else [name])
    if name is None and len(found) != 1:
        choice = ", ".join(found) or "none"
        yield f"the target names no output, and {len(found)} can be the prediction: {choice}"


def _bounds(card: dict, columns: int) -> list[str]:
    """Return the outputs that are bounds, and therefore not the prediction."""
    if columns > 1:
        return []  # The columns of the prediction are the bounds.
    interval = card.get("interval", {})
    return [interval["output"]] if "output" in interval else interval.get("outputs", [])


def _interval_faults(card: dict, signature: Signature) -> Iterator[str]:
    interval, levels = card.get("interval", {}), card["target"].get("levels", [])
    outputs = {output.name: output for output in signature.outputs}
    found = ", ".join(map(str, signature.outputs))
    name = interval.get("output")
    yield from _name_faults(interval.get("outputs", []) if name is None else [name])
    if name is not None and levels and name in outputs and outputs[name].may_be(len(levels)):
        if abs(levels[-1] - levels[0] - interval["level"]) > 1e-9:
            yield f"the interval has level {interval['level']}, its outermost levels are {levels}"
    elif name is not None and not (name in outputs and outputs[name].may_be(columns=2)):
        yield f"the interval's output {name} is no [N, 2] output of float or double among {found}"
    for name in interval.get("outputs", []):
        if not (name in outputs and outputs[name].may_be(columns=1)):
            yield f"the interval's output {name} is no [N, 1] output of a float type among {found}"
