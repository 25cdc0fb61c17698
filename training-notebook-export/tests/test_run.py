"""run.py, in a folder of its own with requirements that are quick to install."""

import shutil
import subprocess
import sys

import pytest

from training.boston import FOLDER

ECHO = "import sys; print(sys.argv[1:], sys.prefix); sys.exit(7)"


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "a project"
    (folder / "training").mkdir(parents=True)
    (folder / "training" / "__main__.py").write_text(ECHO)
    (folder / "requirements.txt").write_text("# nothing\n")
    shutil.copy(FOLDER / "run.py", folder)
    return folder


def run(project, *arguments):
    command = [sys.executable, str(project / "run.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=project.parent)


def test_the_environment_is_made_once_and_again_when_the_requirements_change(project):
    venv = project / "target" / "venv"
    first = run(project, "card", "a b.onnx", "--help")
    assert first.stderr == f"Making {venv}, once; this takes a minute.\n"
    assert first.stdout == f"['card', 'a b.onnx', '--help'] {venv}\n"
    assert first.returncode == 7

    marker = venv / "marker"
    marker.touch()
    assert run(project, "check").stderr == ""
    assert marker.exists()

    (project / "requirements.txt").write_text("--no-index\nno-such-package\n")
    failed = run(project, "check")
    assert failed.returncode == 1
    assert "No matching distribution found for no-such-package" in failed.stderr
    assert failed.stderr.endswith(
        f"\nerror: pip cannot install {project / 'requirements.txt'}. Check that the package index "
        "can be reached (pip's settings apply) and run this again.\n"
    )
    assert not marker.exists()
    assert run(project, "check").returncode == 1


def test_a_folder_that_cannot_be_written_is_named(project):
    (project / "target").write_text("a file in its place")
    failed = run(project, "check")
    assert failed.returncode == 1
    assert "error: Python cannot make a virtual environment in " in failed.stderr


def test_without_a_command_it_lists_the_commands(project):
    result = run(project)
    assert result.returncode == 0
    for command in ("train", "fit", "card", "check", "examples", "test"):
        assert f"run.py {command} " in result.stdout
    assert not (project / "target").exists()
