"""Writes the files that the function serves and is tested with."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from onnx import ModelProto

from training.card import read_card, write_card
from training.check import check
from training.files import replace_files
from training.signature import read_signature


def export(
    folder: Path,
    model: ModelProto,
    card: Mapping[str, Any],
    rows: list[dict[str, Any]],
    predictions: np.ndarray,
) -> None:
    """Write model.onnx, example.json and parity.json into `folder`: all of them or none.

    `rows` are objects feature → value, `predictions` those of the library that fitted the model,
    shape (n,).

    Raises UserError if the card is not valid for the model.
    """
    write_card(model, card)
    check(read_card(model), read_signature(model))
    parity = {
        "model": f"{card['name']}@{card['version']}",
        "rows": rows,
        "predictions": predictions.tolist(),
    }
    replace_files(
        folder,
        {
            "model.onnx": model.SerializeToString(deterministic=True),
            "example.json": _lines(rows[0]),
            "parity.json": _lines(parity),
        },
    )


def _lines(document: dict[str, Any]) -> bytes:
    """Return an object as JSON with one line per member, and per element of a member's list."""
    members = ",\n".join(f"  {json.dumps(key)}: {_value(value)}" for key, value in document.items())
    return f"{{\n{members}\n}}\n".encode()


def _value(value: Any) -> str:
    if not isinstance(value, list):
        return json.dumps(value)
    return "[\n" + ",\n".join(f"    {json.dumps(element)}" for element in value) + "\n  ]"
