"""The model card: one JSON document in an ONNX file's metadata."""

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from google.protobuf.message import DecodeError
from onnx import ModelProto, load

from training.errors import UserError

KEY = "model_card"
MAX_DEPTH = 64
"""Levels of arrays and objects in a card, the card itself included, as the function reads them."""


def title(card: Mapping[str, Any]) -> str:
    """Return NAME@VERSION, by which answers, logs and reports name the model."""
    return f"{card['name']}@{card['version']}"


def load_model(path: Path) -> ModelProto:
    """Read an ONNX file without weights in other files.

    Raises UserError if the file does not exist or is not an ONNX file.
    """
    try:
        return load(path, format="protobuf", load_external_data=False)
    except (OSError, DecodeError) as error:
        raise UserError(
            f"The model {path} cannot be read: {error}.", "Give the path of a whole .onnx file."
        ) from error


def write_card(model: ModelProto, card: Mapping[str, Any]) -> None:
    """Write the card into the model, replacing an older one; other metadata stays unchanged.

    Characters beyond U+FFFF are escaped, because ONNX Runtime for Java does not pass on their
    UTF-8.
    """
    others = [entry for entry in model.metadata_props if entry.key != KEY]
    del model.metadata_props[:]
    model.metadata_props.extend(others)
    text = json.dumps(card, ensure_ascii=False, allow_nan=False)
    escaped = re.sub("[\U00010000-\U0010ffff]", lambda found: json.dumps(found[0])[1:-1], text)
    model.metadata_props.add(key=KEY, value=escaped)


def read_card(model: ModelProto) -> dict[str, Any]:
    """Return the card of a model; raises UserError if it has none, or if the card is not JSON."""
    texts = [entry.value for entry in model.metadata_props if entry.key == KEY]
    if len(texts) != 1:
        raise UserError(
            f"The model has {len(texts)} metadata entries {KEY} and needs one.",
            "Write its card with the command 'card'.",
        )
    try:
        card = json.loads(
            texts[0],
            object_pairs_hook=_without_duplicates,
            parse_float=_finite,
            parse_int=_whole,
            parse_constant=_finite,
        )
        _check_depth(card)
        return card
    except RecursionError as error:
        raise UserError(
            "The model card has too many arrays or objects inside each other.",
            "Write it again with the command 'card'.",
        ) from error
    except ValueError as error:
        raise UserError(
            f"The model card is no JSON document: {error}.",
            "Write it again with the command 'card'.",
        ) from error


def _check_depth(value: Any, most: int = MAX_DEPTH) -> None:
    inner = (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    )
    if inner is not None:
        if most == 0:
            raise ValueError(f"it is nested deeper than {MAX_DEPTH}")
        for each in inner:
            _check_depth(each, most - 1)


def _without_duplicates(members: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(members)) < len(members):
        raise ValueError(f"a name occurs twice among {', '.join(name for name, _ in members)}")
    return dict(members)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no finite number")
    return number


def _whole(text: str) -> int:
    _finite(text)
    return int(text)
