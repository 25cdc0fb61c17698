"""A JVM's log of its start: when it initialised each class and found each native method.

The log costs a few milliseconds. It uses the same clock as this command: CLOCK_MONOTONIC.
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
    """A moment of the start: the first line of the log that contains the pattern."""

    pattern: str


def uses(name: str) -> Mark:
    """A class is used for the first time."""
    return Mark(f"Initializing '{re.escape(name.replace('.', '/'))}'")


def calls(method: str) -> Mark:
    """A native method is called for the first time; the start of its JNI name is enough."""
    return Mark(f"Found {method}")


def opens(library: str) -> Mark:
    """The JVM begins to load a native library."""
    return Mark(f"attempting shared library load of .*/{re.escape(library)}$")


@dataclass(frozen=True)
class Timeline:
    """The lines of a log, with their time in ms since the process was started."""

    lines: tuple[tuple[float, str], ...]

    @staticmethod
    def read(log: Path, started: float) -> "Timeline":
        found = (LINE.match(line) for line in log.read_text(errors="replace").splitlines())
        return Timeline(
            tuple((int(match[1]) / 1e6 - started * 1000, match[2]) for match in found if match)
        )

    @staticmethod
    def option(log: Path) -> str:
        """The JVM option that writes such a log."""
        return f"-Xlog:class+init=info,library=info,os=info:file={log}:timenanos"

    def at(self, mark: Mark) -> float:
        """Returns the time of the moment; raises if it is not in the log."""
        for when, text in self.lines:
            if re.search(mark.pattern, text):
                return when
        raise MeasuringError(
            f"The JVM's log of the start has no line with {mark.pattern!r}. If the class or method "
            "was renamed, rename it in function/bench/startup too."
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
