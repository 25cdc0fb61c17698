"""Parses the names of features, given for a graph that does not contain them."""

from collections.abc import Sequence

from training.errors import UserError
from training.signature import Signature, Value

MOST_SHOWN = 3


def name_features(given: Sequence[str], signature: Signature) -> list[tuple[str, str | None]]:
    """Return (feature, its input or None) in order, from the parts of a text between commas.

    The text is a,b,c in column order, or num=a,b;cat=c by input. It is read by input if it begins
    with an input's name and "=", or if there is no other way to name all columns; this is how the
    function reads its setting model.features, too.

    Raises UserError if a part names no input, or a name stands twice.
    """
    text = ",".join(given)
    named = [(name, None) for name in given]
    if signature.blocks or _input(text, signature):
        named = [each for part in text.split(";") for each in _part(part.strip(), signature)]
    names = [name for name, _ in named]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise UserError(f"The feature {twice} is named twice.", "Name every column once.")
    return named


def example(signature: Signature) -> str:
    """Return an example of names for this graph's features."""
    return ";".join(
        value.name if value.columns == 1 else f"{value.name}={_columns(value)}"
        for value in signature.inputs
    )


def _part(part: str, signature: Signature) -> list[tuple[str, str | None]]:
    if name := _input(part, signature):
        return [(each.strip(), name) for each in part[len(name) + 1 :].split(",")]
    if part in [value.name for value in signature.inputs]:
        return [(part, part)]
    inputs = ", ".join(map(str, signature.inputs))
    raise UserError(
        f"The model takes {inputs}, and --features does not say for which of them it names "
        f"{part!r}.",
        f"Name the columns of each input, such as {example(signature)!r}.",
    )


def _input(text: str, signature: Signature) -> str | None:
    """Return the input whose name and "=" begin a text: the longest name that fits."""
    names = [value.name for value in signature.inputs if text.startswith(f"{value.name}=")]
    return max(names, key=len, default=None)


def _columns(value: Value) -> str:
    shown = MOST_SHOWN if value.columns is None else min(value.columns, MOST_SHOWN)
    names = [f"{value.name}{column}" for column in range(1, shown + 1)]
    return ",".join(names + ["..."] * (value.columns is None or value.columns > MOST_SHOWN))
