"""The machine of the measurements, and what else ran on it."""

import os
import platform
import subprocess
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from measuring.servers import REQUIREMENTS, ROOT

# A larger share of all processors counts as a disturbance.
DISTURBANCE = 0.1


@dataclass(frozen=True)
class Snapshot:
    """Seconds of processor time since the machine started: of all processes and of this command."""

    at: float
    all: float
    own: float

    @staticmethod
    def take() -> "Snapshot":
        ticks = [int(word) for word in Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]
        idle = ticks[3] + ticks[4]
        busy = (sum(ticks) - idle) / os.sysconf("SC_CLK_TCK")
        return Snapshot(time.monotonic(), busy, sum(os.times()[:4]))

    def share_of_others(self, later: "Snapshot") -> float:
        """Returns the share of all processors that others used in between, 0 to 1."""
        others = (later.all - self.all) - (later.own - self.own)
        return max(0.0, others / ((later.at - self.at) * (os.cpu_count() or 1)))


def load_average() -> str:
    return ", ".join(f"{load:.2f}" for load in os.getloadavg())


def describe(layout: Path) -> dict[str, str]:
    """The machine and the versions."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": commit(),
        "processor": f"{len(os.sched_getaffinity(0))} × {processor()}",
        "memory": f"{memory_gib():.0f} GiB",
        "kernel": f"{platform.system()} {platform.release()}",
        "Java": java(layout),
        "Python": platform.python_version(),
    }


def describe_peers() -> dict[str, str]:
    """The versions of the peers' packages and of the load generator."""
    return {
        "peers": ", ".join(pinned()),
        "wrk": first_line(["wrk", "-v"]).partition("[")[0].removeprefix("wrk").strip(),
    }


def commit() -> str:
    git = ["git", "-C", str(ROOT)]
    name = first_line([*git, "rev-parse", "--short", "HEAD"]) or "not known"
    changed = first_line([*git, "status", "--porcelain", "--untracked-files=no"])
    return name + (" and changes since" if changed else "")


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def java(layout: Path) -> str:
    release = layout / "runtime" / "release"
    lines = release.read_text().splitlines() if release.exists() else []
    versions = [line.partition("=")[2].strip('"') for line in lines if "JAVA_VERSION=" in line]
    return versions[0] if versions else "not known"


def pinned() -> list[str]:
    """The packages that the peers import or that start them."""
    packages = REQUIREMENTS.read_text(encoding="utf-8").partition("\n\n")[0].splitlines()
    return [line.replace("==", " ") for line in packages if "==" in line]


def first_line(command: list[str]) -> str:
    """Returns the first line that a command prints; nothing if there is no such command."""
    try:
        result = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
    except OSError:
        return ""
    return result.stdout.partition("\n")[0]
