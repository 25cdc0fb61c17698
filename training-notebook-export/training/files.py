"""Files that are written whole or not at all, and their checksums."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory


def replace_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write each file name → content into `folder`, which is made if need be.

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
