"""Makes a CSV file of logged rows."""

import argparse

from training.printable import printable
from training.rows import write_rows


def run(options: argparse.Namespace) -> None:
    """Write the rows of a payload log to a CSV file."""
    taken = write_rows(options.logs, options.output, options.model, options.extras)
    print(f"{options.output}: {taken.count} rows that {taken.model} was asked for")
    for model, count in taken.others.items():
        print(printable(f"  left out: {count} of {model}"))
