"""Records the files that a model was trained from, so that a build can test whether it is up to
date.
"""

from pathlib import Path

from training.files import FOLDER, replace_files, sha256

NAME = "SHA256SUMS"
WRITTEN = ["model.onnx", "evaluation.csv"]


def write_sums(folder: Path) -> None:
    """Write SHA256SUMS into `folder`, for the files that the notebook has just written there.

    The file has the format of sha256sum. Its paths are relative to the folder of the notebook, and
    it names what was written where that is committed.
    """
    sums = {path.relative_to(FOLDER).as_posix(): sha256(path) for path in _inputs()}
    sums |= {f"model/{name}": sha256(folder / name) for name in WRITTEN}
    lines = "".join(f"{digest}  {name}\n" for name, digest in sums.items())
    replace_files(folder, {NAME: lines.encode()})


def _inputs() -> list[Path]:
    package = sorted((FOLDER / "training").rglob("*.py"))
    schema = "training/model-card.schema.json"
    single = ["boston.csv", "boston.ipynb", "requirements.txt", "run.py", schema]
    return [*(FOLDER / name for name in single), *package]
