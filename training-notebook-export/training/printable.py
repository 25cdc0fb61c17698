"""Escapes untrusted text, such as names in a model file, for a terminal."""

import json
import unicodedata

HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def printable(text: str, most: int | None = None) -> str:
    """Return the text with invisible and control characters escaped, except line ends.

    A text longer than `most` characters is truncated.
    """
    shown = "".join(_shown(character) for character in text[:most])
    return shown if most is None or len(text) <= most else f"{shown} … ({len(text):,} characters)"


def _shown(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in HIDDEN:
        return character
    return "\\u007f" if character == "\x7f" else json.dumps(character)[1:-1]
