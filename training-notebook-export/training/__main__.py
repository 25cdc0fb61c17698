"""The commands: train, fit, card, check, rows, examples."""

import os
import signal
import sys
from importlib import import_module
from types import ModuleType
from typing import NoReturn

from training.arguments import make_parser
from training.errors import UserError
from training.printable import printable

MOST = 4000
"""Characters of an error, which may quote names of a file."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0, or print the error and return 1, or 130 after Ctrl-C, or 141 if
    what reads the output, such as head, has ended.
    """
    options = make_parser().parse_args(arguments)
    try:
        _command(options.command).run(options)
        sys.stdout.flush()
    except UserError as error:
        print(f"error: {printable(str(error), MOST)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("error: Interrupted. Run it again.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # At its end, Python would try once more to write what is left.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return 0


def _command(name: str) -> ModuleType:
    try:
        return import_module(f"training.commands.{name}")
    except ModuleNotFoundError as error:
        raise UserError(
            f"This Python, {sys.executable}, does not have the package that {error.name} is in.",
            "Use run.py, which installs all packages.",
        ) from error


def _exit(number: int, _) -> NoReturn:
    # Unlike the default, this removes temporary files and ends the notebook's process.
    sys.exit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _exit)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # PYTHONIOENCODING may name any encoding.
    sys.exit(main())
