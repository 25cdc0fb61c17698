"""Shows on a terminal what a command does that may take minutes."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Show(Protocol):
    """Shows what is done next."""

    def __call__(self, step: str) -> None:
        """Replace the step before."""


def show_nothing(step: str) -> None:
    """Show nothing."""


@contextmanager
def progress() -> Iterator[Show]:
    """Show the steps in one line of the error stream if it is a terminal, otherwise not at all.

    The line is removed at the end.
    """
    start, stream = time.monotonic(), sys.stderr

    def write(line: str) -> None:
        # Back to the beginning of the line, and remove what is there.
        print(f"\r\x1b[K{line}", end="", file=stream, flush=True)

    def show(step: str) -> None:
        write(f"after {time.monotonic() - start:.0f} s: {step}")

    if not stream.isatty():
        yield show_nothing
        return
    try:
        yield show
    finally:
        write("")
