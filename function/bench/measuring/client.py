"""The clients of a cold server: one asks until it is answered, one asks repeatedly."""

import json
import socket
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from measuring.processes import HOST, Running, processor_milliseconds

RETRY_SECONDS = 0.0005
PATIENCE_SECONDS = 300
NO_HEADERS: Mapping[str, str] = {}


@dataclass(frozen=True)
class FirstAnswer:
    """When a server first listened and first answered with 200, in ms since its start."""

    listening: float
    answered: float


def post(
    path: str, body: bytes, connection: str = "close", headers: Mapping[str, str] = NO_HEADERS
) -> bytes:
    """The bytes of a request."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: {connection}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    )
    more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{head}{more}\r\n".encode() + body


def await_first_answer(running: Running, request: bytes) -> FirstAnswer:
    """Connect and ask repeatedly until the answer is 200."""
    listening = None
    while True:
        try:
            with socket.create_connection((HOST, running.port), PATIENCE_SECONDS) as connection:
                listening = listening or milliseconds_since(running.started)
                connection.sendall(request)
                if connection.recv(4096).startswith(b"HTTP/1.1 200"):
                    return FirstAnswer(listening, milliseconds_since(running.started))
        except OSError:
            pass  # It does not listen yet, or hung up.
        running.check()
        if milliseconds_since(running.started) > PATIENCE_SECONDS * 1000:
            raise running.failure(f"did not answer with 200 within {PATIENCE_SECONDS} s")
        time.sleep(RETRY_SECONDS)


def milliseconds_since(start: float) -> float:
    return (time.perf_counter() - start) * 1000


def ask(running: Running, path: str, body: bytes) -> object:
    """Returns the JSON of the answer to one request."""
    try:
        with socket.create_connection((HOST, running.port), PATIENCE_SECONDS) as connection:
            connection.sendall(post(path, body))
            answer = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    except OSError as error:
        raise running.failure(f"does not answer: {error}") from error
    head, _, content = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise running.failure(f"answers {answer[:200]!r}, must answer 200")
    try:
        return json.loads(content)
    except ValueError as error:
        raise running.failure(f"answers {content[:200]!r}, which is no JSON") from error


class Dialog:
    """One client that repeats its request after each answer.

    It keeps its connection as long as the server does.
    """

    def __init__(self, running: Running, request: bytes) -> None:
        self.running = running
        self.request = request
        self.connection: socket.socket | None = None

    def __enter__(self) -> "Dialog":
        return self

    def __exit__(self, *_: object) -> None:
        self.hang_up()

    def ask(self) -> None:
        """One request; its answer must be 200."""
        try:
            if self.connection is None:
                self.connection = socket.create_connection(
                    (HOST, self.running.port), PATIENCE_SECONDS
                )
                self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connection.sendall(self.request)
            head = receive_answer(self.connection)
        except (OSError, ValueError) as error:
            raise self.running.failure(f"does not answer: {error}") from error
        if not head.startswith(b"HTTP/1.1 200"):
            raise self.running.failure(f"answers {head!r}, must answer 200")
        if b"\r\nconnection: close" in head.lower():
            self.hang_up()

    def hang_up(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def receive_answer(connection: socket.socket) -> bytes:
    """Reads one whole answer; returns its head."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += receive(connection)
    head, _, content = received.partition(b"\r\n\r\n")
    fields = dict(line.split(b":", 1) for line in head.lower().split(b"\r\n")[1:])
    length = int(fields.get(b"content-length", b"absent"))
    while len(content) < length:
        content += receive(connection)
    return head


def receive(connection: socket.socket) -> bytes:
    some = connection.recv(1 << 16)
    if not some:
        raise ConnectionError("it closed the connection in the middle of an answer")
    return some


def processor_until(
    running: Running, path: str, body: bytes, answers: Iterable[int]
) -> Iterator[tuple[int, float]]:
    """Yields the processor time in ms from the server's start to each of these answers, ascending.

    The server has already given its first answer.
    """
    given = 1
    with Dialog(running, post(path, body, "keep-alive")) as client:
        for count in answers:
            for _ in range(given, count):
                client.ask()
            given = count
            yield count, processor_milliseconds(running.process.pid)
