"""Text of others, such as names in a model file, made fit for a terminal."""

import json
import unicodedata

HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def printable(text: str, most: int | None = None) -> str:
    """Return the text with escapes for what is not seen, or changes what is seen, but line ends.

    Of a text longer than `most` characters, only the beginning is returned.
    """
    shown = "".join(_shown(character) for character in text[:most])
    return shown if most is None or len(text) <= most else f"{shown} … ({len(text):,} characters)"


def _shown(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in HIDDEN:
        return character
    return "\\u007f" if character == "\x7f" else json.dumps(character)[1:-1]
