"""Locks on folders, among the processes of one machine."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # On Windows.
    fcntl = None


@contextmanager
def locked(folder: Path, wait: bool = True) -> Iterator[bool]:
    """Give whether this process holds the lock on a folder; the system releases it if it dies.

    It does not hold it if another process does and `wait` is false, nor where there are no locks:
    on Windows, and on some file systems.
    """
    if fcntl is None:
        yield False
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        yield _lock(opened, wait)
    finally:
        os.close(opened)


def _lock(opened: int, wait: bool) -> bool:
    try:
        fcntl.flock(opened, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
