"""Writes the files that the function serves, and those of its tests."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from onnx import ModelProto

from training.card import read_card, title, write_card
from training.check import check
from training.files import replace_all, replace_files, to_json
from training.signature import read_signature
from training.split import Split, to_csv


def save(
    path: Path, model: ModelProto, card: Mapping[str, Any], others: Mapping[Path, bytes] = {}
) -> None:
    """Write a model with its card, and `others` (file → content): all or none.

    Raises UserError if the card is not valid for the model.
    """
    write_card(model, card)
    check(read_card(model), read_signature(model, path))
    content = model.SerializeToString(deterministic=True)
    replace_all({path: content, **others})


def write(folder: Path, model: ModelProto, parts: Split) -> tuple[Path, Path, Path]:
    """Write a model without a card, and its held-out and training rows as CSV; return the paths.

    The files are model.onnx, evaluation.csv and trained-on.csv; all of them or none are written.
    """
    contents = {
        "model.onnx": model.SerializeToString(deterministic=True),
        "evaluation.csv": to_csv(parts.held_out),
        "trained-on.csv": to_csv(parts.training),
    }
    replace_files(folder, contents)
    model_file, held_out, trained = (folder / name for name in contents)
    return model_file, held_out, trained


def export(
    folder: Path,
    model: ModelProto,
    card: Mapping[str, Any],
    rows: list[dict[str, Any]],
    predictions: np.ndarray,
    evaluation: bytes,
) -> None:
    """Write model, example, parity rows and evaluation rows into `folder`: all of them or none.

    `rows` are objects feature → value; `predictions`, of shape (n,), come from the library that
    fitted the model; `evaluation` is the CSV file of the held-out rows. Raises UserError if the
    card is not valid for the model.
    """
    parity = {"model": title(card), "rows": rows, "predictions": predictions.tolist()}
    others = {
        "example.json": to_json(rows[0]),
        "parity.json": to_json(parity),
        "evaluation.csv": evaluation,
    }
    paths = {folder / name: content for name, content in others.items()}
    save(folder / "model.onnx", model, card, paths)
