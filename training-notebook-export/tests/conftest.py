import os
import signal
from pathlib import Path

import onnx
import pytest


def pytest_configure():
    """Let SIGINT interrupt the commands under test: a shell's background jobs ignore it, and hand
    that on.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def save(tmp_path):
    """Write a model into the test's folder; return its path."""

    def write(model, name="model.onnx", **options) -> Path:
        path = tmp_path / name
        onnx.save_model(model, path, **options)
        return path

    return write


@pytest.fixture
def csv(tmp_path):
    """Write a CSV file into the test's folder; return its path."""

    def write(text, name="rows.csv") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def fitted(csv, tmp_path, monkeypatch):
    """Fit on rows; return the result and the model.

    The settings make it quick: of 0.5 s that a fit takes otherwise, 0.4 s go into the choice of
    the interval's shape, and each fold of the cross-validation takes as long as the model.
    """

    def run(
        rows,
        kind="linear",
        target="price",
        repeats=1,
        folds=2,
        interval="constant",
        show=None,
        **options,
    ):
        # Takes a second to import.
        from training.card import load_model
        from training.fit import fit
        from training.options import Options

        monkeypatch.setattr("training.fit.FOLDS", folds)
        data = csv(rows if isinstance(rows, str) else rows.to_csv(index=False), "Flats of 2026.csv")
        output = tmp_path / "new" / "model.onnx"
        options |= {"repeats": repeats, "interval": interval}
        shown = [show] if show else []
        result = fit(data, output, Options({"name": target}, kind, **options), *shown)
        return result, load_model(output)

    return run


@pytest.fixture(scope="session")
def lightgbm():
    """LightGBM. Without OpenMP it cannot be loaded (OSError), and the test is skipped, except in
    CI.
    """
    if os.environ.get("CI") == "true":
        import lightgbm

        return lightgbm
    return pytest.importorskip("lightgbm", exc_type=(ImportError, OSError))


@pytest.fixture(scope="session")
def xgboost():
    """XGBoost, which is not among the requirements; without it, the test is skipped."""
    return pytest.importorskip("xgboost")
