"""Files that are written whole or not at all, checksums, and readable JSON."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any


def replace_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write the files (name → content) into `folder`, which is created if necessary.

    Every file is complete on the same disk before the first one replaces its predecessor.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix=".incomplete-") as incomplete:
        for name, content in contents.items():
            Path(incomplete, name).write_bytes(content)
        for name in contents:
            Path(incomplete, name).replace(folder / name)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as 64 lower-case hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def to_json(document: dict[str, Any]) -> bytes:
    """Return an object as JSON with one line per member, and per element of a member's list."""
    members = ",\n".join(f"  {json.dumps(key)}: {_value(value)}" for key, value in document.items())
    return f"{{\n{members}\n}}\n".encode()


def _value(value: Any) -> str:
    if not isinstance(value, list):
        return json.dumps(value)
    return "[\n" + ",\n".join(f"    {json.dumps(element)}" for element in value) + "\n  ]"
