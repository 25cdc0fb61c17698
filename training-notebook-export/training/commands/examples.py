"""Generates the example models."""

import argparse

from training.examples import write_examples


def run(options: argparse.Namespace) -> None:
    """Write the example models and the files of their tests."""
    names = write_examples(options.output)
    print(f"{', '.join(names)} are in {options.output}")
