"""The origin of a model, for its card."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from training.errors import UserError
from training.files import sha256


def provenance(data: Path, libraries: list[str]) -> dict:
    """Return `trained_at`, `data_sha256`, `libraries` and, if git knows it, `git_commit`.

    `libraries` are the installed distributions whose versions the card lists.
    """
    commit = _git_commit(data)
    return {
        "trained_at": _now(),
        **({"git_commit": commit} if commit else {}),
        "data_sha256": sha256(data),
        "libraries": {"python": platform.python_version()}
        | {library: version(library) for library in libraries},
    }


def _now() -> str:
    """Return the time, or SOURCE_DATE_EPOCH (seconds) where it is set, as RFC 3339 in UTC."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        time = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UserError(
            f"SOURCE_DATE_EPOCH is {epoch!r}.", "Set it to whole seconds since 1970, or unset it."
        ) from error
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def _git_commit(file: Path) -> str | None:
    # The file must be in the repository, which might otherwise be an unrelated one around this
    # folder.
    command = ["git", "rev-parse", "HEAD", f"HEAD:./{file.name}"]
    try:
        result = subprocess.run(command, cwd=file.parent, capture_output=True, text=True)
    except OSError:
        return None
    return result.stdout.split()[0] if result.returncode == 0 else None
