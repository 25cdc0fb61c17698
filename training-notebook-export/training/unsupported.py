"""Errors for estimators that cannot be exported."""

from training.errors import UserError


def unsupported(estimator, detail: str = "", remedy: str = "Export it") -> UserError:
    """Return the error for an estimator; `detail` is the reason, such as "with 2 targets"."""
    return UserError(
        f"There is no export of {' '.join([type(estimator).__name__, detail]).strip()} here.",
        f"{remedy} with another exporter, such as skl2onnx, and give the file its model card with "
        "'run.py card'.",
    )


def require(estimator, **expected) -> None:
    """Refuse a fitted estimator if a parameter or attribute differs from the expected value."""
    for name, value in expected.items():
        found = getattr(estimator, name)
        if found != value:
            detail = f"with {name}={found!r}"
            if name.endswith("_"):  # The user cannot set it.
                raise unsupported(estimator, detail)
            raise unsupported(estimator, detail, f"Fit it with {name}={value!r}, or export it")
