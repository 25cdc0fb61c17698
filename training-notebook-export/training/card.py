"""The model card: one JSON document in an ONNX file's metadata."""

import json
import math
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from google.protobuf.message import DecodeError
from onnx import ModelProto, load

from training.errors import UserError
from training.histogram import histogram

KEY = "model_card"


def load_model(path: Path) -> ModelProto:
    """Read an ONNX file without weights in other files.

    Raises UserError if the file does not exist or is not an ONNX file.
    """
    try:
        model = load(path, format="protobuf", load_external_data=False)
    except (OSError, DecodeError) as error:
        raise UserError(
            f"The model {path} cannot be read: {error}.", "Give the path of a whole .onnx file."
        ) from error
    return model


def describe_features(
    rows: pd.DataFrame,
    types: Mapping[str, str],
    texts: Mapping[str, Mapping[str, str]] = {},
    missing: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Return the card's `features`: one for each of `types`, in its order.

    Histograms, and min, max and mean of all but strings, come from `rows`; units and descriptions
    come from `texts`; features in `missing` are marked as such.
    """
    return [
        {"name": name, "type": kind}
        | texts.get(name, {})
        | (_range(rows[name].dropna()) if kind != "string" else {})
        | _histogram(rows[name], kind)
        | ({"missing": "allowed"} if name in missing else {})
        for name, kind in types.items()
    ]


def describe_target(texts: Mapping[str, str], answers: np.ndarray) -> dict[str, Any]:
    """Return the card's `target`: name and other `texts`, and the histogram of its values (n,)."""
    return {**texts, **_histogram(pd.Series(answers), "double")}


def _range(column: pd.Series) -> dict[str, Any]:
    if column.empty:
        return {}
    column = column.astype(int) if column.dtype == bool else column
    low, high = column.min().item(), column.max().item()
    # The mean of equal numbers can be rounded to a neighbouring number.
    return {"min": low, "max": high, "mean": float(np.clip(column.mean(), low, high))}


def _histogram(column: pd.Series, kind: str) -> dict[str, Any]:
    found = histogram(column, kind)
    return {"histogram": found} if found else {}


def describe_example(rows: pd.DataFrame) -> dict[str, Any]:
    """Return the card's `example`: medians of numbers, and the most frequent of other values.

    It is not one of the rows, because callers can read the card and the rows may be private.
    Returns nothing if a feature has no value.
    """
    columns = {name: column.dropna() for name, column in rows.items()}
    if any(column.empty for column in columns.values()):
        return {}
    return {"example": {name: _typical(column) for name, column in columns.items()}}


def _typical(column: pd.Series) -> Any:
    if pd.api.types.is_bool_dtype(column) or not pd.api.types.is_numeric_dtype(column):
        return column.mode().tolist()[0]
    return column.quantile(interpolation="lower").item()


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
        return json.loads(
            texts[0],
            object_pairs_hook=_without_duplicates,
            parse_float=_finite,
            parse_constant=_finite,
        )
    except ValueError as error:
        raise UserError(
            f"The model card is no JSON document: {error}.",
            "Write it again with the command 'card'.",
        ) from error


def _without_duplicates(members: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(members)) < len(members):
        raise ValueError(f"a name occurs twice among {', '.join(name for name, _ in members)}")
    return dict(members)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no finite number")
    return number
