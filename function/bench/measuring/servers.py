"""The function and its peers: where they are, and how to start them."""

import dataclasses
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from measuring.errors import MeasuringError
from measuring.processes import Server

BENCH = Path(__file__).resolve().parent.parent
ROOT = BENCH.parent.parent
TARGET = BENCH.parent / "target" / "bench"
LAYOUT = BENCH.parent / "target" / "image"
TRAINING = ROOT / "training-notebook-export"
MODEL = TRAINING / "model" / "model.onnx"
DATA = TRAINING / "boston.csv"
EVALUATION = TRAINING / "model" / "evaluation.csv"
EXAMPLE = TRAINING / "model" / "example.json"

PEERS = BENCH / "peers"
REQUIREMENTS = PEERS / "requirements.txt"
FIT = PEERS / "fit.py"
VENV = TARGET / "venv"
PYTHON = str(VENV / "bin" / "python")
# Written last, so an environment without it is incomplete.
STAMP = VENV / "made-from.txt"
PICKLE = VENV / "model.pickle"

SPRING_WEB = BENCH.parent / "spring-web" / "target" / "spring-web.jar"

FUNCTION = "function"
WITHOUT_LOG = "function, log.access=off"
SPRING_BOOT = "function/spring-web"
FASTAPI_1 = "FastAPI + ONNX Runtime, 1 worker"
FASTAPI_2 = "FastAPI + ONNX Runtime, 2 workers"
ARTICLE = "Flask + gunicorn + pickle"
FLOOR = "jdk.httpserver, hello"
GO = "Go (fasthttp, ONNX Runtime's C API)"
CPP = "C++ (epoll, simdjson, ONNX Runtime's C API)"


def function(layout: Path) -> Server:
    """The function as the container image starts it."""
    start = layout / "run"
    if not start.is_file():
        raise MeasuringError(
            f"There is no layout in {layout}. Build it: ./mvnw -q -pl function -am package "
            "-DskipTests, which makes function/target/image."
        )
    variables = {"PORT": "{port}", "SERVER_ADDRESS": "127.0.0.1"}
    return Server(FUNCTION, (str(start.resolve()),), variables)


def without_log(function: Server) -> Server:
    """The function without its access log, because the peers have none either."""
    variables = {**function.environment, "LOG_ACCESS": "off"}
    return dataclasses.replace(function, name=WITHOUT_LOG, environment=variables)


def spring_boot() -> list[Server]:
    """The second server, on Spring Boot, as its image starts it; none if it is not built."""
    if not SPRING_WEB.is_file():
        print(
            f"There is no {SPRING_WEB}, so that server is not measured. Build it: ./mvnw -q "
            "-pl function/spring-web -am package -DskipTests.",
            file=sys.stderr,
        )
        return []
    home = os.environ.get("JAVA25_HOME") or os.environ.get("JAVA_HOME")
    java = f"{home}/bin/java" if home else "java"
    variables = {"PORT": "{port}", "SERVER_ADDRESS": "127.0.0.1"}
    return [Server(SPRING_BOOT, (java, "-jar", str(SPRING_WEB)), variables)]


def peers(quick: bool) -> list[Server]:
    """Installs and returns the peers, for a smoke test with fewer workers; raises if that fails."""
    install()
    # The number of workers that gunicorn recommends: two for each core, and one.
    workers = 1 if quick else 2 * len(os.sched_getaffinity(0)) + 1
    return [fastapi(FASTAPI_1, 1), fastapi(FASTAPI_2, 2), article(workers)]


def fastapi(name: str, workers: int) -> Server:
    command = (
        str(VENV / "bin" / "uvicorn"),
        *("--app-dir", str(PEERS), "fastapi_onnxruntime:app"),
        *("--host", "127.0.0.1", "--port", "{port}", "--workers", str(workers)),
        *("--no-access-log", "--log-level", "warning"),
    )
    return Server(name, command, python(MODEL_LOCATION=str(MODEL)), "/predict-all")


def article(workers: int) -> Server:
    command = (
        str(VENV / "bin" / "gunicorn"),
        *("--chdir", str(PEERS), "article:app"),
        *("--bind", "127.0.0.1:{port}", "--workers", str(workers), "--no-control-socket"),
    )
    return Server(ARTICLE, command, python(MODEL_PICKLE=str(PICKLE)))


def python(**variables: str) -> dict[str, str]:
    """Variables for Python.

    Without the first, ONNX Runtime uploads data about the model. The second is not set if it is
    empty: with it, each start would compile all modules again.
    """
    return {"ORT_DISABLE_TELEMETRY": "1", "PYTHONDONTWRITEBYTECODE": "", **variables}


def install() -> None:
    """Installs the peers and fits the article's model, unless that was done with the same files."""
    sources = (REQUIREMENTS, FIT, DATA, EVALUATION)
    stamp = sys.version + "".join(
        hashlib.sha256(source.read_bytes()).hexdigest() for source in sources
    )
    if STAMP.exists() and STAMP.read_text(encoding="utf-8") == stamp:
        return
    print(f"Creating {VENV}, once; this takes a minute.", file=sys.stderr)
    shutil.rmtree(VENV, ignore_errors=True)
    # This Python's pip, if there is one, because to unpack another takes as long as to install all.
    lent = importlib.util.find_spec("pip") is not None
    options = ["--without-pip"] if lent else []
    attempt(
        [sys.executable, "-m", "venv", *options, str(VENV)],
        f"Python cannot make a virtual environment in {VENV}. Install its venv module "
        "(on Debian and Ubuntu: apt install python3-venv).",
    )
    # By default, pip retries five times for each package if the index does not answer.
    os.environ.setdefault("PIP_RETRIES", "1")
    # What the peers import is compiled at their first start, which is not measured. pip would
    # compile all that it installs, which takes four times as long as the rest of its work.
    pip = [sys.executable, "-m", "pip", "--python", PYTHON] if lent else [PYTHON, "-m", "pip"]
    arguments = ("--no-input", "install", "--no-compile", "--quiet")
    attempt(
        [*pip, *arguments, "--requirement", str(REQUIREMENTS)],
        f"pip cannot install {REQUIREMENTS}. Check that the package index can be reached (pip's "
        "settings apply) and run this again.",
    )
    attempt(
        [PYTHON, str(FIT), str(DATA), str(EVALUATION), str(PICKLE)],
        "The article's model cannot be fitted; the error is above.",
    )
    STAMP.write_text(stamp, encoding="utf-8")


def attempt(command: list[str], problem: str) -> None:
    variables = {**os.environ, **python()}
    result = subprocess.run(
        command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if result.returncode:
        raise MeasuringError(f"{result.stdout.decode(errors='replace')}\n{problem}")
