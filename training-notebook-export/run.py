#!/usr/bin/env python3
"""Runs a command of this folder in a virtual environment of its own, target/venv.

  run.py train [--output DIR]     run the notebook; write model.onnx, example.json, parity.json
  run.py fit DATA.csv ...         fit a model on a CSV file and export it with its card
  run.py card MODEL.onnx ...      add a model card to a regression model of any exporter
  run.py check MODEL.onnx         check a model's card and print it
  run.py rows LOG... ...          make a CSV file of the rows that a function has logged
  run.py examples [--output DIR]  make the models that the tests of both sides use
  run.py test [PYTEST ARGUMENTS]  run the tests; paths are relative to this folder

'run.py COMMAND --help' lists a command's options. The environment is made on first use, and again
when requirements.txt or Python has changed.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
REQUIREMENTS = FOLDER / "requirements.txt"
VENV = FOLDER / "target" / "venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
# Written last: an environment without it is incomplete.
STAMP = VENV / "made-from.txt"


def main():
    if sys.version_info < (3, 11):
        sys.exit(
            f"error: This is Python {platform.python_version()} and 3.11 or newer is needed. "
            "Install it and run this file with it."
        )
    command, *arguments = sys.argv[1:] or ["--help"]
    if command in ("-h", "--help"):
        print(__doc__)
        return 0
    make_venv()
    if command == "test":
        # Small fits are slower on several threads, by far on a machine that is busy.
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        return run(["-m", "pytest", "-p", "no:cacheprovider", *arguments], cwd=FOLDER)
    # -P: the caller's working directory must not shadow the module.
    return run(["-P", "-m", "training", command, *arguments])


def run(arguments, cwd=None):
    """Run Python in the environment; return its exit code."""
    settings = {"PYTHONPATH": str(FOLDER), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    # Threads that wait leave the processor to others.
    settings["OMP_WAIT_POLICY"] = "PASSIVE"
    return subprocess.run([PYTHON, *arguments], cwd=cwd, env={**os.environ, **settings}).returncode


def make_venv():
    """Make the environment unless there is one from these requirements and this Python."""
    requirements = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    stamp = f"{requirements}\n{sys.version}\n"
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="utf-8") == stamp:
        return
    print(f"Making {VENV}, once; this takes a minute.", file=sys.stderr)
    shutil.rmtree(VENV, ignore_errors=True)
    attempt(
        [sys.executable, "-m", "venv", VENV],
        f"Python cannot make a virtual environment in {VENV}.",
        "Make the folder writable and install Python's venv module "
        "(on Debian and Ubuntu: apt install python3-venv).",
    )
    # An index that does not answer would cost pip's five retries for each of some sixty packages.
    os.environ.setdefault("PIP_RETRIES", "1")
    attempt(
        [PYTHON, "-m", "pip", "--no-input", "install", "--quiet", "--requirement", REQUIREMENTS],
        f"pip cannot install {REQUIREMENTS}.",
        "Check that the package index can be reached (pip's settings apply) and run this again.",
    )
    STAMP.write_text(stamp, encoding="utf-8")


def attempt(command, happened, remedy):
    """Run a command silently; if it fails, show what it said and exit."""
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if result.returncode:
        said = result.stdout.decode(errors="replace")
        sys.exit(f"{said}\nerror: {happened} {remedy}")


if __name__ == "__main__":
    sys.exit(main())
