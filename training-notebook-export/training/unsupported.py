"""What no graph is made of."""

from training.errors import UserError


def unsupported(estimator, detail: str = "") -> UserError:
    """Return the error for an estimator; `detail` says what it is about it: "with 2 targets"."""
    return UserError(
        f"There is no export of {' '.join([type(estimator).__name__, detail]).strip()} here.",
        "Export it with another exporter, such as skl2onnx, and give the file its model card with "
        "'run.py card'.",
    )


def require(estimator, **expected) -> None:
    """Refuse a fitted estimator one of whose parameters or attributes is not the expected one."""
    for name, value in expected.items():
        found = getattr(estimator, name)
        if found != value:
            raise unsupported(estimator, f"with {name}={found!r}")
