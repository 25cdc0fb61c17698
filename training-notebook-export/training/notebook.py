"""Runs the notebook from top to bottom."""

import os
import re
import signal
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat import NotebookNode

from training.errors import UserError

OUTPUT = "MODEL_OUTPUT"
MOST_SECONDS_TO_START = 600
"""A busy machine takes minutes to load the libraries."""
LONGEST_SOCKET = 90
"""Characters of the path of a Unix socket; the system allows about 100, suffix included."""
SECONDS_BETWEEN_SIGNALS = 0.2
KILL = signal.SIGTERM if os.name == "nt" else signal.SIGKILL
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
    with TemporaryDirectory() as folder:
        client = NotebookClient(
            executed,
            km=AsyncKernelManager(kernel_spec_manager=ThisPython(), **_connection(Path(folder))),
            startup_timeout=MOST_SECONDS_TO_START,
            resources={"metadata": {"path": str(notebook.parent)}},
        )
        try:
            _execute(client, {**os.environ, OUTPUT: str(output.resolve())})
        except (CellExecutionError, DeadKernelError) as error:
            raise UserError(
                f"{notebook.name} failed and wrote nothing: {COLORS.sub('', str(error)).strip()}\n",
                "Correct the cell shown above and run the command again.",
            ) from error
    return executed


def _execute(client: NotebookClient, environment: dict[str, str]) -> None:
    """Execute in another thread, so that a signal ends this one, and then the kernel.

    In the main thread, nbclient handles signals itself: the notebook then seems to fail.
    """
    with ThreadPoolExecutor(1) as thread:
        execution = thread.submit(client.execute, env=environment)
        try:
            execution.result()
        except (KeyboardInterrupt, SystemExit):
            while not execution.done():
                if client.km.has_kernel:
                    with suppress(ProcessLookupError):  # It may have ended.
                        os.kill(client.km.provisioner.pid, KILL)
                wait([execution], timeout=SECONDS_BETWEEN_SIGNALS)
            raise


def _connection(folder: Path) -> dict[str, str]:
    """Return how to connect to the kernel: by sockets in a folder, which need no network."""
    settings = {"connection_file": str(folder / "connection.json")}
    socket = str(folder / "kernel")
    if os.name == "nt" or len(socket) > LONGEST_SOCKET:
        return settings
    return settings | {"transport": "ipc", "ip": socket}
