"""The client of a cold start, equal for all servers: it asks until it is answered."""

import json
import socket
import time
from dataclasses import dataclass

from measuring.processes import HOST, Running

RETRY_SECONDS = 0.0005
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class FirstAnswer:
    """When a started server first listened and first answered with 200, in ms since its start."""

    listening: float
    answered: float


def post(path: str, body: bytes) -> bytes:
    """A request as it goes over the wire."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def await_first_answer(running: Running, request: bytes) -> FirstAnswer:
    """Connect and ask, over and over, until the answer is 200."""
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
    """The JSON that is answered to one request."""
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
