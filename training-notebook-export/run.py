#!/usr/bin/env python3
"""Runs the commands of this folder."""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # On Windows.
    fcntl = None

# Python leaves docstrings out with -OO.
USAGE = """\
Runs a command of this folder in a virtual environment of its own, target/venv.

  run.py train [--output DIR]     run the notebook; write model.onnx, example.json, parity.json
  run.py fit DATA.csv ...         fit a model on a CSV file and export it with its card
  run.py card MODEL.onnx ...      add a model card to a regression model of any exporter
  run.py check MODEL.onnx         check a model's card and print it
  run.py rows LOG... ...          make a CSV file of the rows that a function has logged
  run.py examples [--output DIR]  make the models that the tests of both sides use
  run.py test [PYTEST ARGUMENTS]  run the tests; paths are relative to this folder
  run.py lock                     write the hashes of the requirements on this platform

'run.py COMMAND --help' lists a command's options. The environment is made on first use, and again
when requirements.txt, its hashes or Python have changed.
"""
FOLDER = Path(__file__).resolve().parent
REQUIREMENTS = FOLDER / "requirements.txt"
# Files differ by platform. If there are hashes for this one, pip installs no other files.
PLATFORM = f"{sys.platform}-{platform.machine().lower()}-cp3{sys.version_info.minor}"
HASHES = FOLDER / "hashes" / f"{PLATFORM}.txt"
VENV = FOLDER / "target" / "venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
# Written last: an environment without it is incomplete.
STAMP = VENV / "made-from.txt"
LOCK = VENV.with_name("venv.lock")
# What commands import is compiled into this folder. pip would compile all that it installs, which
# takes longer than the rest of its work.
BYTECODE = VENV.with_name("bytecode")


def main():
    if sys.version_info < (3, 11):
        sys.exit(
            f"error: This is Python {platform.python_version()} and 3.11 or newer is needed. "
            "Install it and run this file with it."
        )
    command, *arguments = sys.argv[1:] or ["--help"]
    if command in ("-h", "--help"):
        print(USAGE)
        return 0
    if command == "lock":
        with exclusive():
            return lock()
    make_venv()
    if command == "test":
        return run(["-m", "pytest", "-p", "no:cacheprovider", *arguments], cwd=FOLDER)
    # -P: the caller's working directory must not shadow the module.
    return run(["-P", "-m", "training", command, *arguments])


def run(arguments, cwd=None):
    """Run Python in the environment, in place of this process; on Windows, return its exit code."""
    settings = {"PYTHONPATH": str(FOLDER), "PYTHONPYCACHEPREFIX": str(BYTECODE), "PYTHONUTF8": "1"}
    # If the caller forbids bytecode, each command would compile all that it imports.
    settings["PYTHONDONTWRITEBYTECODE"] = ""
    # On a busy machine, threads that wait for each other take a hundred times as long.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    command, environment = [str(PYTHON), *arguments], {**os.environ, **settings}
    if os.name == "nt":
        return subprocess.run(command, cwd=cwd, env=environment).returncode
    # A signal to this process must end the command, and not leave it running alone.
    if cwd:
        os.chdir(cwd)
    os.execve(PYTHON, command, environment)


def make_venv():
    """Make the environment unless there is one from these requirements and this Python."""
    if is_made():
        return
    if HASHES.exists():
        refuse_stale_hashes()
    with exclusive():
        if not is_made():
            make_empty_venv()
            install()


def is_made():
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="utf-8") == stamp()


@contextmanager
def exclusive():
    """Wait for other processes that make the environment."""
    try:
        VENV.parent.mkdir(exist_ok=True)
        file = LOCK.open("w")
    except OSError as error:
        sys.exit(
            f"error: {VENV.parent} cannot be written: {error.strerror}. "
            "Make the folder writable and run this again."
        )
    with file:
        if fcntl:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def stamp():
    return f"{digest(REQUIREMENTS)}\n{digest(HASHES) if HASHES.exists() else ''}\n{sys.version}\n"


def digest(file):
    return hashlib.sha256(file.read_text(encoding="utf-8").encode()).hexdigest()


def make_empty_venv():
    print(f"Making {VENV}, once; this takes a minute.", file=sys.stderr)
    shutil.rmtree(VENV, ignore_errors=True)
    attempt(
        [sys.executable, "-m", "venv", VENV],
        f"Python cannot make a virtual environment in {VENV}.",
        "Make the folder writable and install Python's venv module "
        "(on Debian and Ubuntu: apt install python3-venv).",
    )
    # With an unreachable index, pip would otherwise retry five times for each of some sixty
    # packages.
    os.environ.setdefault("PIP_RETRIES", "1")


def install():
    if HASHES.exists():
        # They are all that is needed. To resolve that again takes a fifth of pip's time.
        pip("--require-hashes", "--no-deps", "--requirement", HASHES)
    else:
        print(f"No hashes are known for {PLATFORM}, so pip checks none.", file=sys.stderr)
        pip("--requirement", REQUIREMENTS)
    STAMP.write_text(stamp(), encoding="utf-8")


def refuse_stale_hashes():
    if HASHES.read_text(encoding="utf-8").splitlines()[0] != of_these_requirements():
        sys.exit(
            f"error: {HASHES} is not of the requirements.txt that is there. "
            "Write it again with 'run.py lock', and commit both."
        )


def of_these_requirements():
    return f"# Of requirements.txt {digest(REQUIREMENTS)}"


def pip(*options):
    attempt(
        [PYTHON, "-m", "pip", "--no-input", "install", "--no-compile", "--quiet", *options],
        f"pip cannot install {options[-1]}.",
        "Check that the package index can be reached (pip's settings apply) and run this again.",
    )


def lock():
    """Write the hashes of what pip's index has for this platform; install exactly that."""
    make_empty_venv()
    report = VENV / "report.json"
    pip("--dry-run", "--ignore-installed", "--report", report, "--requirement", REQUIREMENTS)
    found = sorted(map(locked, json.loads(report.read_text(encoding="utf-8"))["install"]))
    pinned = REQUIREMENTS.read_text(encoding="utf-8").lower().replace("_", "-")
    missing = [line for line, _ in found if f"\n{line}" not in f"\n{pinned}"]
    if missing:
        sys.exit(
            f"error: requirements.txt does not pin {', '.join(missing)}, which its packages need. "
            "Add that and run this again."
        )
    lines = [of_these_requirements(), *(f"{line} --hash=sha256:{hash}" for line, hash in found)]
    HASHES.parent.mkdir(exist_ok=True)
    HASHES.write_text("\n".join(lines) + "\n", encoding="utf-8")
    install()
    print(f"Wrote {HASHES}.")
    return 0


def locked(item):
    """Return the requirement of a package in pip's report, and the hash of its file."""
    name = item["metadata"]["name"].lower().replace("_", "-")
    hashes = item["download_info"]["archive_info"]["hashes"]
    return f"{name}=={item['metadata']['version']}", hashes["sha256"]


def attempt(command, happened, remedy):
    """Run a command silently; if it fails, print its output and exit."""
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if result.returncode:
        said = result.stdout.decode(errors="replace")
        sys.exit(f"{said}\nerror: {happened} {remedy}")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("error: Interrupted. Run it again.", file=sys.stderr)
        sys.exit(130)
