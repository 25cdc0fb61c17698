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
