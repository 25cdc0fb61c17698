"""Files that are written whole or not at all."""

import hashlib
import os
import signal
import subprocess
import sys

import pytest

from training.errors import UserError
from training.files import FOLDER, incomplete_files, replace_files, sha256

needs_locks = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such locks")

WAITS = """
import sys
from pathlib import Path
from training.files import incomplete_files

with incomplete_files(Path(sys.argv[1])) as folder:
    (folder / "half").write_text("half")
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def writer(tmp_path):
    """Start a process that is writing into the test's folder."""
    command = [sys.executable, "-c", WAITS, tmp_path]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=FOLDER
    ) as process:
        process.stdout.readline()
        yield process
        process.kill()


def incomplete(folder):
    return [path.name for path in folder.iterdir() if path.name.startswith(".incomplete-")]


@needs_locks
def test_what_a_killed_process_left_is_removed_by_the_next_one(writer, tmp_path):
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    assert len(incomplete(tmp_path)) == 1
    replace_files(tmp_path, {"a": b"1"})
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@needs_locks
def test_what_another_process_is_writing_stays(writer, tmp_path):
    before = incomplete(tmp_path)
    replace_files(tmp_path, {"a": b"1"})
    assert incomplete(tmp_path) == before
    with incomplete_files(tmp_path):
        assert len(incomplete(tmp_path)) == 2
    writer.communicate()
    assert writer.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "file").write_text("old")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(UserError, match=f"Nothing can be written into {folder}: .*Name a fold"):
            replace_files(folder, {"a": b"new"})
    assert (tmp_path / "file").read_text() == "old"


def test_files_replace_older_ones_and_leave_nothing_else(tmp_path):
    (tmp_path / "a").write_text("old")
    replace_files(tmp_path, {"a": b"new", "b": b"more"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "a": b"new",
        "b": b"more",
    }
    assert sha256(tmp_path / "a") == hashlib.sha256(b"new").hexdigest()
