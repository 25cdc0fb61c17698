"""What a JVM tells of its start: when each class was initialised and each native method found.

The JVM's log costs a few milliseconds, and its clock is that of this command: CLOCK_MONOTONIC.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from measuring.errors import MeasuringError

LINE = re.compile(r"\[(\d+)ns\s*\] (.*)")


@dataclass(frozen=True)
class Mark:
    """A moment of the start: that of the first line of the log in which the pattern is found."""

    pattern: str


def uses(name: str) -> Mark:
    """A class is used for the first time."""
    return Mark(f"Initializing '{re.escape(name.replace('.', '/'))}'")


def calls(method: str) -> Mark:
    """A native method is called for the first time; the beginning of its name in JNI is enough."""
    return Mark(f"Found {method}")


def opens(library: str) -> Mark:
    """A native library begins to be loaded."""
    return Mark(f"attempting shared library load of .*/{re.escape(library)}$")


@dataclass(frozen=True)
class Timeline:
    """The lines of a log, and when, in ms since the process was started."""

    lines: tuple[tuple[float, str], ...]

    @staticmethod
    def read(log: Path, started: float) -> "Timeline":
        found = (LINE.match(line) for line in log.read_text(errors="replace").splitlines())
        return Timeline(
            tuple((int(match[1]) / 1e6 - started * 1000, match[2]) for match in found if match)
        )

    @staticmethod
    def option(log: Path) -> str:
        """The option of the JVM that writes such a log."""
        return f"-Xlog:class+init=info,library=info,os=info:file={log}:timenanos"

    def at(self, mark: Mark) -> float:
        """When the moment was; raises if it was not."""
        for when, text in self.lines:
            if re.search(mark.pattern, text):
                return when
        raise MeasuringError(
            f"The JVM's log of the start has no line with {mark.pattern!r}. Has what it names "
            "another name by now? Change it here too."
        )

    def gaps(self, thread: str, until: float, count: int) -> Sequence[tuple[float, str, str]]:
        """The longest times, in ms, between two classes that a thread initialised."""
        own = [
            (when, class_name(text))
            for when, text in self.lines
            if when <= until and text.endswith(f'by thread "{thread}"')
        ]
        between = ((b - a, before, after) for (a, before), (b, after) in pairwise(own))
        return sorted(between, reverse=True)[:count]


def class_name(text: str) -> str:
    return text.split("'")[1].replace("/", ".")
