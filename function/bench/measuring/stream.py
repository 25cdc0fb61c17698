"""Streams of NDJSON: each client sends rows and reads their answers at the same time."""

import json
import socket
import threading
import time
from collections.abc import Iterator

from measuring.client import PATIENCE_SECONDS
from measuring.processes import HOST, Running

READ_BYTES = 1 << 18
LAST_LINE_BYTES = 4096  # Longer than the last line of a stream.


def rows_per_second(
    running: Running, path: str, rows: bytes, connections: int, seconds: float
) -> float:
    """Returns the rows answered a second over so many streams; all must be predicted.

    `rows`, lines that end with a line feed, is sent repeatedly for that many seconds.
    """
    streams = [Stream(running, path, rows, seconds) for _ in range(connections)]
    begun = time.perf_counter()
    for stream in streams:
        stream.start()
    for stream in streams:
        stream.join()
    elapsed = time.perf_counter() - begun
    return sum(stream.predicted() for stream in streams) / elapsed


class Stream(threading.Thread):
    """One request. This thread reads, another one sends."""

    def __init__(self, running: Running, path: str, rows: bytes, seconds: float) -> None:
        super().__init__(daemon=True)
        self.running = running
        self.path = path
        self.rows = rows
        self.seconds = seconds
        self.sent = 0
        self.head = b""
        self.tail = b""
        self.error: OSError | None = None

    def run(self) -> None:
        try:
            with socket.create_connection(
                (HOST, self.running.port), PATIENCE_SECONDS
            ) as connection:
                sender = threading.Thread(target=self.send, args=(connection,), daemon=True)
                sender.start()
                while piece := connection.recv(READ_BYTES):
                    self.head = self.head or piece[:LAST_LINE_BYTES]
                    self.tail = (self.tail + piece)[-LAST_LINE_BYTES:]
                sender.join()
        except OSError as error:
            self.error = error

    def send(self, connection: socket.socket) -> None:
        try:
            for piece in self.request():
                connection.sendall(piece)
        except OSError as error:
            self.error = error

    def request(self) -> Iterator[bytes]:
        yield (
            f"POST {self.path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n"
            "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
        ).encode()
        chunk = f"{len(self.rows):x}\r\n".encode() + self.rows + b"\r\n"
        lines = self.rows.count(b"\n")
        end = time.perf_counter() + self.seconds
        while time.perf_counter() < end:
            yield chunk
            self.sent += lines
        yield b"0\r\n\r\n"

    def predicted(self) -> int:
        """Returns the number of rows after the end; raises unless all of them are predicted."""
        if self.error is not None:
            raise self.running.failure(f"broke off a stream: {self.error}") from self.error
        end = self.last_line()
        if not self.head.startswith(b"HTTP/1.1 200") or end != self.sent:
            raise self.running.failure(
                f"predicted {end} of {self.sent} rows of a stream, which ends {self.tail[-200:]!r}"
            )
        return self.sent

    def last_line(self) -> int | None:
        """Returns the number of rows in the last line of the stream; None without such a line."""
        at = self.tail.rfind(b'{"status":"end"')
        if at < 0:
            return None
        end = json.loads(self.tail[at : self.tail.index(b"}", at) + 1])
        return end["predicted"] if end["refused"] == 0 else None
