"""Processes that predict with ONNX Runtime, measured in turn."""

import json
import os
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

# From 1.29 on, ONNX Runtime uploads data about the model otherwise. The other one is the image's.
ENVIRONMENT = {"ORT_DISABLE_TELEMETRY": "1", "MALLOC_MMAP_THRESHOLD_": "1048576"}
CALLS = {1: 300, 1000: 3}
ROUNDS = 11


@dataclass(frozen=True)
class Variant:
    """A way to predict. `command` starts a process that reads the requests of Walk.java."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


class Walker:
    """A process that predicts on demand."""

    def __init__(self, variant: Variant) -> None:
        self.process = subprocess.Popen(
            variant.command,
            env={**os.environ, **ENVIRONMENT, **variant.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        # The clock of a process's processor time, as clock_getcpuclockid(3) computes it.
        self.clock = ~self.process.pid << 3 | 2

    def __enter__(self) -> "Walker":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def time(self, rows: int) -> tuple[float, float]:
        """Return the processor time and the elapsed time for each row, in µs."""
        start = time.clock_gettime_ns(self.clock)
        elapsed = int(self._ask(f"{rows} {CALLS[rows]}"))
        used = time.clock_gettime_ns(self.clock) - start
        of_all = rows * CALLS[rows] * 1000
        return used / of_all, elapsed / of_all

    def predictions(self) -> list[float]:
        """Return those of the first thousand rows."""
        return json.loads(self._ask("predict"))

    def _ask(self, line: str) -> str:
        print(line, file=self.process.stdin, flush=True)
        return self._line()

    def _line(self) -> str:
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"A process ended: {self.process.args}")
        return line.strip()


def compare(base: Walker, other: Walker, rows: int) -> str:
    """Return the medians of processor and elapsed time, and their median ratios to the base's.

    The two take turns, and each begins every other round.
    """
    of_base, of_other = [], []
    for walker in (base, other):
        walker.time(rows)  # Warm up.
    for number in range(ROUNDS):
        turns = [(base, of_base), (other, of_other)]
        for walker, times in turns[:: 1 if number % 2 else -1]:
            times.append(walker.time(rows))
    cells = []
    for kind in (0, 1):
        ratio = median(b[kind] / a[kind] for a, b in zip(of_base, of_other, strict=True))
        cells.append(f"{median(each[kind] for each in of_other):.0f} ({ratio:.2f})")
    return " | ".join(cells)


def difference(base: Walker, other: Walker) -> float:
    """Return the largest relative difference of two predictions for the same row."""
    pairs = zip(base.predictions(), other.predictions(), strict=True)
    return max(abs(a - b) / abs(a) for a, b in pairs)


def runtimes(version: str) -> dict[str, Path]:
    """Return the jars of ONNX Runtime in the local Maven repository by version, `version` first."""
    folder = Path.home() / ".m2/repository/com/microsoft/onnxruntime/onnxruntime"
    jars = {jar.parent.name: jar for jar in sorted(folder.glob("*/onnxruntime-*.jar"))}
    if version not in jars:
        raise SystemExit(f"ONNX Runtime {version} is not in {folder}. Run ./mvnw package first.")
    return {version: jars[version], **jars}
