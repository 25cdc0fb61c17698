"""Load by wrk."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from measuring.errors import MeasuringError
from measuring.processes import HOST, Running

SCRIPT = Path(__file__).with_name("post.lua")
THREADS = 2
PATIENCE_SECONDS = 120  # A slower answer counts as missing.


@dataclass(frozen=True)
class Load:
    """The results of wrk: requests a second, and latencies in ms."""

    rate: float
    p50: float
    p99: float


def check_wrk() -> None:
    if shutil.which("wrk") is None:
        raise MeasuringError(
            "wrk, which makes the load, is not on the PATH. "
            "Install it (on Debian and Ubuntu: apt install wrk)."
        )


def load(running: Running, path: str, body: Path, connections: int, seconds: int) -> Load:
    """Post a body repeatedly on so many connections at once; all must succeed."""
    return read(wrk(running, path, body, connections, seconds), running)


def wrk(running: Running, path: str, body: Path, connections: int, seconds: int) -> str:
    """The same; returns the output of wrk, which a warm-up does not check."""
    command = ["wrk", f"-t{THREADS}", f"-c{connections}", f"-d{seconds}s", "-s", str(SCRIPT)]
    command += ["--timeout", f"{PATIENCE_SECONDS}s"]
    result = subprocess.run(
        [*command, f"http://{HOST}:{running.port}{path}"],
        env={**os.environ, "BODY": str(body)},
        capture_output=True,
        text=True,
        timeout=seconds + PATIENCE_SECONDS,
    )
    return result.stdout


def read(output: str, running: Running) -> Load:
    """Reads the output of wrk; raises if a request did not succeed."""
    lines = [line for line in output.splitlines() if line.startswith("RESULT ")]
    if not lines:
        raise running.failure(f"was under load when wrk failed: {output.strip()!r}")
    result = json.loads(lines[0].removeprefix("RESULT "))
    if result["refused"] or result["broken"] or not result["requests"]:
        raise running.failure(
            f"answered {result['requests']} requests, {result['refused']} of them with an error, "
            f"and did not answer {result['broken']}"
        )
    return Load(result["requests"] / result["seconds"], result["p50"] / 1000, result["p99"] / 1000)
