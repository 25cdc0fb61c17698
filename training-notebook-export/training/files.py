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
    """Write the files (name → content) into `folder`, as `replace_all` does."""
    replace_all({folder / name: content for name, content in contents.items()})


def replace_all(contents: Mapping[Path, bytes]) -> None:
    """Write files, perhaps in several folders, which are created if necessary.

    Every file is complete on the same disk before the first one replaces its predecessor. Of two
    processes, one replaces all its files in a folder before the other.
    """
    folders: dict[Path, list[Path]] = {}
    for path in contents:
        folders.setdefault(path.parent, []).append(path)
    with ExitStack() as stack:
        complete = {}
        for folder, paths in folders.items():
            complete[folder] = stack.enter_context(incomplete_files(folder))
            for path in paths:
                (complete[folder] / path.name).write_bytes(contents[path])
        for folder, paths in folders.items():
            with locked(folder):
                for path in paths:
                    (complete[folder] / path.name).replace(path)


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
    """Raise UserError if an output is a folder, a file that is read, or another output."""
    read, written = {path.resolve() for path in sources}, set()
    for path in outputs:
        if path.is_dir():
            raise UserError(f"{path} is a folder.", "Name a file to write.")
        if path.resolve() in read:
            raise UserError(
                f"{path} is read, and would be overwritten.", "Name another file with --output."
            )
        if path.resolve() in written:
            raise UserError(f"{path} would be written twice.", "Name another file with --report.")
        written.add(path.resolve())


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
