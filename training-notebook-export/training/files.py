"""Files that are written whole or not at all, checksums, and readable JSON."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from training.errors import UserError
from training.locks import locked

FOLDER = Path(__file__).resolve().parent.parent
"""The folder of this module, of its data and of its models."""
INCOMPLETE = ".incomplete-"


def replace_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write the files (name → content) into `folder`, which is created if necessary.

    Every file is complete on the same disk before the first one replaces its predecessor. Of two
    processes, one replaces all its files before the other.
    """
    with incomplete_files(folder) as incomplete:
        for name, content in contents.items():
            (incomplete / name).write_bytes(content)
        with locked(folder):
            for name in contents:
                (incomplete / name).replace(folder / name)


@contextmanager
def incomplete_files(folder: Path) -> Iterator[Path]:
    """Give a temporary folder on the disk of `folder`, which is created if necessary.

    Folders that killed processes have left are removed. Raises UserError if files cannot be written
    there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            with locked(folder):
                _remove_abandoned(folder)
                incomplete = stack.enter_context(TemporaryDirectory(dir=folder, prefix=INCOMPLETE))
                stack.enter_context(locked(Path(incomplete)))
            yield Path(incomplete)
    except OSError as error:
        raise UserError(
            f"Nothing can be written into {folder}: {error.strerror}.",
            "Name a folder with free space that you may write into.",
        ) from error


def _remove_abandoned(folder: Path) -> None:
    for incomplete in folder.glob(f"{INCOMPLETE}*"):
        # Another process may be removing it.
        with suppress(FileNotFoundError), locked(incomplete, wait=False) as is_abandoned:
            if is_abandoned:
                shutil.rmtree(incomplete, ignore_errors=True)


def refuse_overwriting(sources: Iterable[Path], outputs: Iterable[Path]) -> None:
    """Raise UserError if a file that is read would be replaced by one that is written."""
    read = {path.resolve() for path in sources}
    for path in outputs:
        if path.resolve() in read:
            raise UserError(
                f"{path} is read, and would be overwritten.", "Name another file with --output."
            )


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
