"""The failure that the commands report and exit with 2 for."""


class MeasuringError(Exception):
    """Something needed for a figure is missing. The message says what, and what to do."""
