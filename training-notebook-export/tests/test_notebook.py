"""How notebooks are run."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from training.errors import UserError
from training.files import FOLDER
from training.notebook import _connection, execute

SHOWS_TRANSPORT = """
import ipykernel, json
raise RuntimeError(json.loads(ipykernel.get_connection_info())["transport"])
"""

RUNS = "import sys; from pathlib import Path; from training.notebook import execute\n" + (
    "execute(Path(sys.argv[1]), Path(sys.argv[2]))"
)


@pytest.fixture
def notebook(tmp_path):
    """Write a notebook of one cell; return its path."""

    def write(code):
        cells = [nbformat.v4.new_code_cell(code)]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "own.ipynb")
        return tmp_path / "own.ipynb"

    return write


@pytest.mark.skipif(os.name == "nt", reason="Windows has no Unix sockets")
def test_a_notebook_needs_no_network(notebook, tmp_path):
    with pytest.raises(UserError, match="RuntimeError: ipc"):
        execute(notebook(SHOWS_TRANSPORT), tmp_path / "model")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_an_interrupted_notebook_ends_with_its_process(notebook, tmp_path):
    kernel = tmp_path / "kernel"
    os.mkfifo(kernel)
    waits = notebook(
        f"import os, time; open({str(kernel)!r}, 'w').write(str(os.getpid())); time.sleep(3600)"
    )
    command = [sys.executable, "-c", RUNS, waits, tmp_path / "model"]
    with subprocess.Popen(command, cwd=FOLDER, stderr=subprocess.PIPE, text=True) as process:
        pid = int(kernel.read_text())
        process.send_signal(signal.SIGINT)
        error = process.communicate(timeout=300)[1]
    assert error.endswith("\nKeyboardInterrupt\n")
    assert "failed and wrote nothing" not in error
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_path_of_a_socket_is_not_too_long():
    assert "transport" not in _connection(Path("/" + 90 * "x"))


@pytest.mark.parametrize("name", ["boston", "your-data"])
def test_a_committed_notebook_has_no_outputs(name):
    cells = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    assert [cell.id for cell in code if cell.outputs or cell.execution_count is not None] == []
    assert len({cell.id for cell in cells}) == len(cells)
