"""run.py, in a separate folder with requirements that install quickly."""

import hashlib
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pip
import pytest

from training.files import FOLDER

# Instead of Python's module: unpacking pip takes seconds, so this refers to the tests' own.
QUICK_VENV = f"""
import os, sys, sysconfig
from pathlib import Path

sys.path = [each for each in sys.path if Path(each) != Path(__file__).parent]
import venv

folder = sys.argv[1]
venv.create(folder, symlinks=os.name != "nt")
packages = sysconfig.get_path("purelib", "venv", dict(base=folder, platbase=folder))
Path(packages, "pip.pth").write_text({str(Path(pip.__file__).parents[1])!r})
"""
ECHO = "import sys; print(sys.argv[1:], sys.prefix); sys.exit(7)"


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "a project"
    (folder / "training").mkdir(parents=True)
    (folder / "training" / "__main__.py").write_text(ECHO)
    (folder / "requirements.txt").write_text("# nothing\n")
    shutil.copy(FOLDER / "run.py", folder)
    return folder


@pytest.fixture
def quicken(tmp_path, monkeypatch):
    """Let all environments be made quickly from now on."""

    def replace_venv():
        folder = tmp_path / "modules"
        folder.mkdir()
        (folder / "venv.py").write_text(QUICK_VENV)
        monkeypatch.setenv("PYTHONPATH", str(folder))

    return replace_venv


@pytest.fixture
def index(tmp_path, monkeypatch, quicken):
    """An index with two packages; 'outer' depends on 'inner'."""
    quicken()
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    publish(folder, "inner")
    publish(folder, "outer", "Requires-Dist: inner\n")
    return folder


def publish(folder, name, more=""):
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{more}"
        wheel.writestr(f"{info}/METADATA", metadata)
        tag = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        wheel.writestr(f"{info}/WHEEL", tag)
        wheel.writestr(f"{info}/RECORD", "")


def start(project, *arguments):
    return subprocess.Popen(
        [sys.executable, str(project / "run.py"), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=project.parent,
    )


def result(process):
    stdout, stderr = process.communicate()
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)


def run(project, *arguments):
    return result(start(project, *arguments))


def test_the_environment_is_made_once_and_again_when_the_requirements_change(project, quicken):
    quicken()  # This test itself runs in an environment that was made without it.
    venv = project / "target" / "venv"
    started = [start(project, "card", "a b.onnx", "--help") for _ in range(2)]
    # The process that has to wait says nothing.
    other, first = sorted(map(result, started), key=lambda each: len(each.stderr))
    assert other.stderr == ""
    assert (other.stdout, other.returncode) == (first.stdout, 7)
    making, unchecked = first.stderr.splitlines()
    assert making == f"Making {venv}, once; this takes a minute."
    assert re.fullmatch(r"No hashes are known for \S+-cp3\d+, so pip checks none\.", unchecked)
    assert first.stdout == f"['card', 'a b.onnx', '--help'] {venv}\n"
    assert first.returncode == 7

    marker = venv / "marker"
    marker.touch()
    assert run(project, "check").stderr == ""
    assert marker.exists()

    # A signal to the process is one to the command.
    (project / "training" / "__main__.py").write_text("import os; print(os.getpid())")
    process = start(project, "check")
    assert result(process).stdout == f"{process.pid}\n" or sys.platform == "win32"

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


def test_what_is_locked_is_installed_and_nothing_else(project, index):
    (project / "requirements.txt").write_text("outer==1.0\ninner==1.0\n")
    locked = run(project, "lock")
    assert locked.returncode == 0, locked.stderr
    (file,) = (project / "hashes").iterdir()
    assert [line.split(" ")[0] for line in file.read_text().splitlines()[1:]] == [
        "inner==1.0",
        "outer==1.0",
    ]
    assert run(project, "check").stderr == ""

    publish(index, "inner", "Summary: another\n")
    shutil.rmtree(project / "target")
    failed = run(project, "check")
    assert failed.returncode == 1
    assert "DO NOT MATCH THE HASHES" in failed.stderr
    assert f"error: pip cannot install {file}." in failed.stderr

    (project / "requirements.txt").write_text("inner==1.0\n")
    failed = run(project, "check")
    assert failed.returncode == 1
    assert failed.stderr == (
        f"error: {file} is not of the requirements.txt that is there. "
        "Write it again with 'run.py lock', and commit both.\n"
    )


def test_what_the_requirements_need_must_be_pinned_too(project, index):
    (project / "requirements.txt").write_text("outer==1.0\n")
    failed = run(project, "lock")
    assert failed.returncode == 1
    assert "error: requirements.txt does not pin inner==1.0, which its packages need." in (
        failed.stderr
    )
    assert not (project / "hashes").exists()


@pytest.mark.parametrize("file", sorted((FOLDER / "hashes").iterdir()), ids=lambda file: file.stem)
def test_the_hashes_are_of_the_requirements(file):
    requirements = (FOLDER / "requirements.txt").read_text(encoding="utf-8")
    first, *locked = file.read_text(encoding="utf-8").splitlines()
    assert first == f"# Of requirements.txt {hashlib.sha256(requirements.encode()).hexdigest()}"
    pins = re.findall(r"^([\w.-]+==\S+?)(?:;|$)", requirements, re.MULTILINE)
    pins = {pin.lower().replace("_", "-") for pin in pins}
    assert len(locked) > 50
    for line in locked:
        pin, option = line.split(" ")
        assert pin in pins
        assert re.fullmatch("--hash=sha256:[0-9a-f]{64}", option)


def test_a_folder_that_cannot_be_written_is_named(project):
    (project / "target").write_text("a file in its place")
    failed = run(project, "check")
    assert failed.returncode == 1
    assert failed.stderr == (
        f"error: {project / 'target'} cannot be written: File exists. "
        "Make the folder writable and run this again.\n"
    )


@pytest.mark.parametrize("optimize", ["0", "2"])
def test_without_a_command_it_lists_the_commands(project, monkeypatch, optimize):
    monkeypatch.setenv("PYTHONOPTIMIZE", optimize)
    result = run(project)
    assert result.returncode == 0
    for command in ("train", "fit", "card", "check", "examples", "test"):
        assert f"run.py {command} " in result.stdout
    assert not (project / "target").exists()
