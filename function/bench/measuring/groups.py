"""Control groups, which limit the processes in them."""

import contextlib
import dataclasses
import time
from pathlib import Path

from measuring.processes import Server

# Joins the group, then becomes the server, which keeps the process ID.
JOIN = 'echo $$ >"$0" && exec "$@"'


def member(server: Server, group: Path) -> Server:
    """Returns the server as a member of a group."""
    processes = str(group / "cgroup.procs")
    return dataclasses.replace(server, command=("sh", "-c", JOIN, processes, *server.command))


def remove(group: Path) -> None:
    """Removes a group. The kernel may still count stopped processes for a moment."""
    for _ in range(1000):
        with contextlib.suppress(OSError):
            group.rmdir()
            return
        time.sleep(0.001)
