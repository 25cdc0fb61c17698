"""Servers as child processes: started, watched, and always stopped."""

import atexit
import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from measuring.errors import MeasuringError

HOST = "127.0.0.1"
STOP_SECONDS = 10

_groups: set[int] = set()


@dataclass(frozen=True)
class Server:
    """A way to serve the model.

    ``{port}`` in a word of the command or in a value of the environment stands for its port.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    batch_path: str = "/predict"

    def words(self, port: int) -> list[str]:
        return [word.replace("{port}", str(port)) for word in self.command]

    def variables(self, port: int) -> dict[str, str]:
        own = {name: text.replace("{port}", str(port)) for name, text in self.environment.items()}
        return {**os.environ, **own}


class Interruption:
    """Turns signals into exceptions, so that everything that was started is stopped."""

    def __init__(self) -> None:
        self.held = False
        self.pending: int | None = None

    def listen(self) -> None:
        """Handles Ctrl-C, SIGTERM and SIGHUP from now on, unless they are ignored."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self.receive)

    def receive(self, number: int, _: FrameType | None) -> None:
        if not self.held:
            sys.exit(128 + number)
        self.pending = number

    @contextlib.contextmanager
    def hold(self) -> Iterator[None]:
        """Defers signals until a process that is being started is registered."""
        self.held = True
        try:
            yield
        finally:
            self.held = False
        if self.pending is not None:
            sys.exit(128 + self.pending)


interruption = Interruption()


class Running:
    """A server that was started on a free port, with all its child processes."""

    def __init__(self, server: Server, log: Path) -> None:
        self.server = server
        self.port = free_port()
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output, interruption.hold():
            self.started = time.perf_counter()
            self.process = subprocess.Popen(
                server.words(self.port),
                env=server.variables(self.port),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
            _groups.add(self.process.pid)

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_: object) -> None:
        stop(self.process)

    def check(self) -> None:
        """Raises if it has ended."""
        if self.process.poll() is not None:
            raise self.failure(f"ended with exit code {self.process.returncode}")

    def failure(self, problem: str) -> MeasuringError:
        lines = self.log.read_text(errors="replace").strip().splitlines()[-15:]
        output = "\n".join(["Its last lines:", *lines]) if lines else "It printed nothing."
        return MeasuringError(f"{self.server.name} {problem}. {output}")


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Stops a process, and kills what is left of its group."""
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    kill_group(process.pid)
    process.wait()
    _groups.discard(process.pid)


def kill_group(group: int) -> None:
    """Kills what is left of a group; returns when none of it is alive."""
    with contextlib.suppress(ProcessLookupError):  # All have ended.
        os.killpg(group, signal.SIGKILL)
    while members(group):
        time.sleep(0.001)


@atexit.register
def _kill_what_is_left() -> None:
    for group in _groups:
        kill_group(group)


def free_port() -> int:
    """Returns a free port below the kernel's range of ports for clients.

    In that range, a client that connects before the server listens may get the same port. It is
    then connected to itself, and the server cannot listen.
    """
    first_of_clients = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    for _ in range(100):
        port = random.randrange(10_000, max(first_of_clients, 10_100))
        with socket.socket() as candidate:
            try:
                candidate.bind((HOST, port))
                return port
            except OSError:
                continue
    raise MeasuringError(f"No port is free on {HOST}. Stop the processes that use them.")


@dataclass(frozen=True)
class Memory:
    """In MiB. RSS counts shared memory in each process, PSS counts it once."""

    rss: float
    pss: float


def memory(group: int) -> Memory:
    """The memory of all processes of a group."""
    totals = {"Rss": 0, "Pss": 0}
    for pid in members(group):
        for name, kilobytes in rollup(pid).items():
            totals[name] += kilobytes
    return Memory(totals["Rss"] / 1024, totals["Pss"] / 1024)


def processor_milliseconds(group: int) -> float:
    """User and system time of all processes of a group, and of children they have waited for."""
    return sum(processor_time(pid) for pid in members(group)) * 1000


def processor_time(pid: int) -> float:
    """In seconds; 0 if it has ended."""
    try:
        fields = Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()
        # Linux's clock of another process, in nanoseconds, unlike the ticks of /proc.
        own = time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0
    of_ended_children = sum(int(ticks) for ticks in fields[13:15])
    return own + of_ended_children / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> float:
    """Returns the resident memory of one process, in MiB, cheaply."""
    pages = int(Path("/proc", str(pid), "statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def members(group: int) -> list[int]:
    """The processes of a group that are alive."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            stat = (entry / "stat").read_text()
        except OSError:
            continue  # It has ended since.
        state, _, of_group = stat.rpartition(")")[2].split()[:3]
        if int(of_group) == group and state not in "ZX":
            found.append(int(entry.name))
    return found


def rollup(pid: int) -> dict[str, int]:
    """Rss and Pss of a process in KiB; nothing if it has ended."""
    try:
        lines = Path("/proc", str(pid), "smaps_rollup").read_text().splitlines()
    except OSError:
        return {}
    pairs = (line.split(":") for line in lines[1:])
    return {name: int(text.split()[0]) for name, text in pairs if name in ("Rss", "Pss")}
