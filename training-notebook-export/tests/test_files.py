"""Files that are written whole or not at all."""

import os
import signal
import subprocess
import sys

import pytest

from training.files import FOLDER, incomplete_files, replace_files

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such locks")

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


def test_what_a_killed_process_left_is_removed_by_the_next_one(writer, tmp_path):
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    assert len(incomplete(tmp_path)) == 1
    replace_files(tmp_path, {"a": b"1"})
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_what_another_process_is_writing_stays(writer, tmp_path):
    before = incomplete(tmp_path)
    replace_files(tmp_path, {"a": b"1"})
    assert incomplete(tmp_path) == before
    with incomplete_files(tmp_path):
        assert len(incomplete(tmp_path)) == 2
    writer.communicate()
    assert writer.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
