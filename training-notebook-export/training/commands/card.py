"""Adds a card to a model of any exporter."""

import argparse

from training.annotate import annotate
from training.arguments import given
from training.card import title
from training.commands.summary import summary
from training.options import LEVEL
from training.outputs import Outputs


def run(options: argparse.Namespace) -> None:
    """Write a model with a card."""
    output = options.output or options.model
    card = annotate(
        source=options.model,
        output=output,
        data=options.rows,
        identity=given(options, name="name", version="version", description="description"),
        target=given(options, name="target", unit="unit"),
        features=options.features,
        missing=options.missing,
        background=options.background,
        trained_on=options.trained_on,
        split_by=options.split_by,
        outputs=Outputs(
            options.prediction,
            options.levels,
            options.interval,
            LEVEL if options.calibrate and options.level is None else options.level,
        ),
    )
    print(f"{title(card)}: {output} has its card")
    print(summary(card))
