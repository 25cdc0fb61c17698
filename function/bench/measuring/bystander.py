"""A well-behaved client, and what it observes."""

import http.client
import socket
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from measuring.client import post
from measuring.processes import HOST, Running, resident

PERIOD_SECONDS = 0.01
PATIENCE_SECONDS = 60
RETRY_SECONDS = 1
MEMORY_PERIOD_SECONDS = 0.1


@dataclass
class Observation:
    """Latencies in ms of successful requests, the failures, and the peak memory in MiB."""

    latencies: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    memory: float = 0

    def add(self, other: "Observation") -> None:
        self.latencies += other.latencies
        self.failures += other.failures
        self.memory = max(self.memory, other.memory)

    def percentile(self, percent: int) -> float:
        """NaN if fewer than two requests succeeded."""
        if len(self.latencies) < 2:
            return float("nan")
        return statistics.quantiles(self.latencies, n=100, method="inclusive")[percent - 1]

    def success(self) -> float:
        return len(self.latencies) / max(1, len(self.latencies) + len(self.failures))


@dataclass(frozen=True)
class Question:
    """The client's request, and whether it retries after a 503, as its Retry-After says."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    again: bool = False


def observe(running: Running, question: Question, goes_on: Callable[[], bool]) -> Observation:
    """Ask on a new connection every 10 ms, or after the answer if that is later; watch memory."""
    observation = Observation()
    look = time.perf_counter()
    while goes_on():
        start = time.perf_counter()
        problem = ask(running.port, question)
        latency = time.perf_counter() - start
        if problem:
            observation.failures.append(problem)
        else:
            observation.latencies.append(latency * 1000)
        if start >= look:
            observation.memory = max(observation.memory, resident(running.process.pid))
            look = start + MEMORY_PERIOD_SECONDS
        time.sleep(max(0.0, PERIOD_SECONDS - latency))
    running.check()
    return observation


def ask(port: int, question: Question) -> str:
    """Returns what is wrong with the answer; empty if nothing is."""
    end = time.monotonic() + PATIENCE_SECONDS
    problem = ask_once(port, question)
    while problem == "status 503" and question.again and time.monotonic() < end:
        time.sleep(RETRY_SECONDS)
        problem = ask_once(port, question)
    return problem


def ask_once(port: int, question: Question) -> str:
    try:
        with socket.create_connection((HOST, port), PATIENCE_SECONDS) as connection:
            # At once, because a busy machine may pause this client between a head and its body for
            # longer than the function waits.
            connection.sendall(post("/predict", question.body, headers=question.headers))
            with http.client.HTTPResponse(connection, method="POST") as answer:
                answer.begin()
                right = b'"predict":' in answer.read() and answer.status == 200
                return "" if right else f"status {answer.status}"
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
