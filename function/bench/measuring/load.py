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
PATIENCE_SECONDS = 30  # An answer that takes longer is none.


@dataclass(frozen=True)
class Load:
    """What wrk saw: requests a second, and latencies in ms."""

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
    """Post a body over and over, on so many connections at once; all must succeed."""
    return read(wrk(running, path, body, connections, seconds), running)


def wrk(running: Running, path: str, body: Path, connections: int, seconds: int) -> str:
    """The same, and what wrk prints of it; as a warm-up, it may be anything."""
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
    """What wrk printed; raise if a request was not answered with success."""
    lines = [line for line in output.splitlines() if line.startswith("RESULT ")]
    if not lines:
        raise running.failure(f"was under load when wrk failed: {output.strip()!r}")
    told = json.loads(lines[0].removeprefix("RESULT "))
    if told["refused"] or told["broken"] or not told["requests"]:
        raise running.failure(
            f"answered {told['requests']} requests, {told['refused']} of them not with success, "
            f"and left {told['broken']} without an answer"
        )
    return Load(told["requests"] / told["seconds"], told["p50"] / 1000, told["p99"] / 1000)
