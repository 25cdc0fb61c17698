"""Runs the notebook from top to bottom."""

import os
import re
import sys
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat import NotebookNode

from training.errors import UserError

OUTPUT = "MODEL_OUTPUT"
COLORS = re.compile(r"\x1b\[[0-9;]*m")


class ThisPython(KernelSpecManager):
    """Gives every notebook the Python that runs this, whatever kernels are installed."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the kernel, which needs no name and no installed specification."""
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        # Otherwise the kernel warns that the connection is not encrypted, which one machine does
        # not need.
        command.append("--log-level=ERROR")
        return KernelSpec(argv=command, display_name="Python 3", language="python")


def execute(notebook: Path, output: Path) -> NotebookNode:
    """Run a notebook that writes into the folder `output`; return it with its cells' outputs.

    Raises UserError with the cell's traceback if a cell fails.
    """
    executed = nbformat.read(notebook, as_version=4)
    client = NotebookClient(
        executed,
        km=AsyncKernelManager(kernel_spec_manager=ThisPython()),
        resources={"metadata": {"path": str(notebook.parent)}},
    )
    try:
        client.execute(env={**os.environ, OUTPUT: str(output.resolve())})
    except (CellExecutionError, DeadKernelError) as error:
        raise UserError(
            f"{notebook.name} failed and wrote nothing: {COLORS.sub('', str(error)).strip()}\n",
            "Correct the cell shown above and run the command again.",
        ) from error
    return executed
