"""A share of the processors, as Kubernetes limits a pod: by a control group with a quota."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from measuring import groups
from measuring.errors import MeasuringError
from measuring.processes import Server

CONTROL_GROUPS = Path("/sys/fs/cgroup")
PERIOD = 100_000  # Microseconds, as Kubernetes has it.


@contextlib.contextmanager
def limited(processors: float | None) -> Iterator[Callable[[Server], Server]]:
    """Yields a function that puts a server into a group, which gets so many processors in all."""
    if processors is None:
        yield lambda server: server
        return
    group = make(processors)
    try:
        yield lambda server: groups.member(server, group)
    finally:
        groups.remove(group)


def make(processors: float) -> Path:
    quota = int(processors * PERIOD)
    first_version = CONTROL_GROUPS / "cpu"
    parent = first_version if first_version.is_dir() else CONTROL_GROUPS
    group = parent / f"bench-{os.getpid()}"
    try:
        group.mkdir()
        if parent == first_version:
            (group / "cpu.cfs_period_us").write_text(str(PERIOD))
            (group / "cpu.cfs_quota_us").write_text(str(quota))
        else:
            (group / "cpu.max").write_text(f"{quota} {PERIOD}")
    except OSError as error:
        raise MeasuringError(
            f"No control group limits the processors: {error}. Run this as root, where "
            f"{CONTROL_GROUPS} can be written, or without --processors."
        ) from error
    return group
