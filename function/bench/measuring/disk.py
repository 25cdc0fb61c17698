"""A slow disk, as nodes in a cloud have it: a loop device whose reads a control group limits."""

import contextlib
import dataclasses
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from measuring import groups
from measuring.errors import MeasuringError
from measuring.processes import Server
from measuring.servers import TARGET

GROUPS = Path("/sys/fs/cgroup/blkio")
READ_AHEAD_KIB = 128  # Linux's default, and that of the nodes.
READS_PER_SECOND = 3000


@dataclasses.dataclass(frozen=True)
class Disk:
    """A mounted file system, and the control group of the processes that read it slowly."""

    folder: Path
    group: Path

    def copy(self, layout: Path) -> Path:
        """Copies a layout to this disk."""
        copy = Path(tempfile.mkdtemp(dir=self.folder)) / layout.name
        shutil.copytree(layout, copy, symlinks=True)
        return copy

    def limit(self, server: Server) -> Server:
        """Returns the server as a member of the group."""
        return groups.member(server, self.group)


@contextlib.contextmanager
def slow(megabytes_per_second: float) -> Iterator[Disk]:
    """Mounts such a disk, and removes it at the end."""
    with contextlib.ExitStack() as stack:
        try:
            folder = stack.enter_context(mounted())
            group = stack.enter_context(throttled(folder, int(megabytes_per_second * 1e6)))
        except (OSError, subprocess.CalledProcessError) as error:
            raise MeasuringError(
                f"No slow disk can be made: {error}. Run this as root on a machine with loop "
                f"devices and {GROUPS}, or without --disk."
            ) from error
        yield Disk(folder, group)


@contextlib.contextmanager
def mounted() -> Iterator[Path]:
    """A file system in a file, mounted."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=TARGET) as name:
        folder, file = Path(name) / "disk", Path(name) / "disk.img"
        folder.mkdir()
        with file.open("wb") as image:
            image.truncate(1 << 30)
        run("mkfs.ext4", "-q", "-F", file)
        device = run("losetup", "--find", "--show", file)
        try:
            ahead = Path("/sys/block", Path(device).name, "queue", "read_ahead_kb")
            ahead.write_text(str(READ_AHEAD_KIB))
            run("mount", device, folder)
            try:
                yield folder
            finally:
                run("umount", folder)
        finally:
            run("losetup", "--detach", device)


@contextlib.contextmanager
def throttled(folder: Path, bytes_per_second: int) -> Iterator[Path]:
    """A control group whose processes read no faster from the folder's disk."""
    number = folder.stat().st_dev
    device = f"{os.major(number)}:{os.minor(number)}"
    group = GROUPS / f"bench-{os.getpid()}"
    group.mkdir()
    try:
        (group / "blkio.throttle.read_bps_device").write_text(f"{device} {bytes_per_second}")
        (group / "blkio.throttle.read_iops_device").write_text(f"{device} {READS_PER_SECOND}")
        yield group
    finally:
        groups.remove(group)


def run(*words: str | Path) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
