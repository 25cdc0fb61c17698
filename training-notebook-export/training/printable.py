"""Escapes untrusted text, such as names in a model file, for a terminal."""

import json
import unicodedata

MOST_QUOTED = 60
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


def quoted(text: str) -> str:
    """Return a text in quotes, and of a long one the beginning and the length."""
    if len(text) <= MOST_QUOTED:
        return repr(text)
    return f"{text[:MOST_QUOTED]!r} … ({len(text):,} characters)"
