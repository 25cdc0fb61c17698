"""The one failure that the commands tell and exit with 2 for."""


class MeasuringError(Exception):
    """Something needed for a figure is not there; says what happened and what to do."""
