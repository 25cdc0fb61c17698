"""Hostile input, sent from a process of its own for some seconds, and the answers to it."""

import asyncio
import multiprocessing
import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection

from measuring.errors import MeasuringError
from measuring.processes import HOST

MEGABYTE = 1 << 20
CHUNK = bytes(b"1" * (64 << 10))
NO_ANSWER = "cut off without an answer"
STILL_OPEN = "still open at the end"
PATIENCE_SECONDS = 120

HEAD = f"POST /predict HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\n".encode()

# How often requests ended with a status or otherwise.
Outcomes = Counter[str]
Attack = Callable[[int, float], Outcomes]


def declared_body(megabytes: int) -> Iterator[bytes]:
    """A body with a Content-Length."""
    yield HEAD + b"Content-Length: %d\r\n\r\n" % (megabytes * MEGABYTE)
    yield from [CHUNK] * (megabytes * MEGABYTE // len(CHUNK))


def chunked_body(megabytes: int) -> Iterator[bytes]:
    """A body in chunks, without a Content-Length."""
    yield HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    yield from [b"%x\r\n%b\r\n" % (len(CHUNK), CHUNK)] * (megabytes * MEGABYTE // len(CHUNK))
    yield b"0\r\n\r\n"


def header_lines(count: int) -> Iterator[bytes]:
    lines = b"".join(b"X-Line-%d: of a header\r\n" % i for i in range(count))
    yield HEAD + lines + b"Content-Length: 2\r\n\r\n{}"


def deep_json(depth: int) -> Iterator[bytes]:
    yield HEAD + b"Content-Length: %d\r\n\r\n" % depth + b"[" * depth


def repeated(request: Callable[[], Iterable[bytes]], connections: int) -> Attack:
    """The same request repeatedly, each time on a new connection, so many at once."""

    def attack(port: int, seconds: float) -> Outcomes:
        return asyncio.run(_repeat(request, connections, port, time.monotonic() + seconds))

    return attack


async def _repeat(
    request: Callable[[], Iterable[bytes]], connections: int, port: int, end: float
) -> Outcomes:
    outcomes: Outcomes = Counter()

    async def one_after_the_other() -> None:
        while time.monotonic() < end:
            outcomes[await _send(request(), port)] += 1

    await asyncio.gather(*(one_after_the_other() for _ in range(connections)))
    return outcomes


async def _send(parts: Iterable[bytes], port: int) -> str:
    """Send everything, whatever the answer, unless the connection is cut; returns the status."""
    try:
        reader, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return "no connection"
    answer = asyncio.create_task(reader.readline())
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
    except OSError:
        pass  # Cut, but there may still be an answer.
    try:
        return status(await asyncio.wait_for(answer, PATIENCE_SECONDS))
    except TimeoutError:
        return f"no answer within {PATIENCE_SECONDS} s"
    except OSError:
        return NO_ANSWER
    finally:
        writer.transport.abort()


def status(answer: bytes) -> str:
    """Returns the status in the first bytes of an answer."""
    words = answer.split(maxsplit=2)
    return words[1].decode() if len(words) > 1 else NO_ANSWER


class Drip:
    """Connections that send their request a byte a second, and are reopened when they end."""

    PERIOD_SECONDS = 1.0
    TURNS = 20  # In each period, every connection has one turn.

    def __init__(self, connections: int) -> None:
        self.connections = connections
        self.outcomes: Outcomes = Counter()
        self.selector = selectors.DefaultSelector()
        self.turns: list[set[socket.socket]] = [set() for _ in range(self.TURNS)]

    def __call__(self, port: int, seconds: float) -> Outcomes:
        start = time.monotonic()
        turn_seconds = self.PERIOD_SECONDS / self.TURNS
        # As many turns on a busy machine as on an idle one: late turns catch up.
        for turn in range(round(seconds / turn_seconds)):
            self._fill(turn % self.TURNS, port)
            self._send(turn % self.TURNS)
            self._receive(until=start + (turn + 1) * turn_seconds)
        self.outcomes[STILL_OPEN] = sum(len(turn) for turn in self.turns)
        return self.outcomes

    def _fill(self, turn: int, port: int) -> None:
        for i in range(self.connections // self.TURNS - len(self.turns[turn])):
            connection = socket.socket()
            try:
                connection.settimeout(PATIENCE_SECONDS)
                connection.connect((HOST, port))
                # Half of them drip headers, the others a body.
                connection.sendall(HEAD if i % 2 else HEAD + b"Content-Length: 1000\r\n\r\n")
            except OSError:
                self.outcomes["no connection"] += 1
                connection.close()
                continue
            connection.setblocking(False)
            self.selector.register(connection, selectors.EVENT_READ, turn)
            self.turns[turn].add(connection)

    def _send(self, turn: int) -> None:
        for connection in list(self.turns[turn]):
            try:
                connection.send(b"1")
            except OSError:
                self._end(connection, turn)

    def _receive(self, until: float) -> None:
        """Receives at least once, even if the time is up."""
        while True:
            left = max(0, until - time.monotonic())
            for key, _ in self.selector.select(left):
                assert isinstance(key.fileobj, socket.socket)
                self._end(key.fileobj, key.data)
            if time.monotonic() >= until:
                return

    def _end(self, connection: socket.socket, turn: int) -> None:
        try:
            self.outcomes[status(connection.recv(4096))] += 1
        except OSError:
            self.outcomes[NO_ANSWER] += 1
        self.selector.unregister(connection)
        self.turns[turn].discard(connection)
        connection.close()


def unfinished_head(fields: int, value: int) -> bytes:
    """Header fields without the final empty line."""
    return HEAD + b"".join(b"a:%b\r\n" % (b"b" * value) for _ in range(fields))


def unfinished_body(length: int) -> bytes:
    """A body without its last byte."""
    return HEAD + b"Content-Length: %d\r\n\r\n" % length + b" " * (length - 1)


def whole_body(body: bytes) -> bytes:
    return HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body


class Unread:
    """Connections that send the same bytes as long as they are accepted, and read nothing.

    A connection that is cut is reopened.
    """

    def __init__(self, connections: int, data: bytes, times: int = 1) -> None:
        self.data = data * times
        self.outcomes: Outcomes = Counter()
        self.left: list[tuple[socket.socket, int] | None] = [None] * connections

    def __call__(self, port: int, seconds: float) -> Outcomes:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for i, one in enumerate(self.left):
                self.left[i] = self._send(*(one or (self._open(port), 0)))
            time.sleep(0.02)
        for one in self.left:
            if one is not None:
                self._end(one[0])
        return self.outcomes

    @staticmethod
    def _open(port: int) -> socket.socket:
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        connection.settimeout(PATIENCE_SECONDS)
        connection.connect((HOST, port))
        connection.setblocking(False)
        return connection

    def _send(self, connection: socket.socket, sent: int) -> tuple[socket.socket, int] | None:
        try:
            return connection, sent + connection.send(self.data[sent:])
        except BlockingIOError:
            return connection, sent
        except OSError:
            self._end(connection)
            return None

    def _end(self, connection: socket.socket) -> None:
        try:
            self.outcomes[status(connection.recv(4096))] += 1
        except BlockingIOError:
            self.outcomes[STILL_OPEN] += 1
        except OSError:
            self.outcomes[NO_ANSWER] += 1
        connection.close()


class Attacker:
    """An attack in a process of its own, which ends when this process ends."""

    def __init__(self, attack: Attack, port: int, seconds: float) -> None:
        context = multiprocessing.get_context("fork")
        self.receiver, sender = context.Pipe(duplex=False)
        self.process = context.Process(
            target=_attack, args=(attack, port, seconds, sender), daemon=True
        )
        self.process.start()
        sender.close()

    def is_at_it(self) -> bool:
        return self.process.is_alive() and not self.receiver.poll()

    def outcomes(self) -> Outcomes:
        """Waits for the end."""
        try:
            outcomes: Outcomes = self.receiver.recv()
        except EOFError as error:
            raise MeasuringError("The attack failed; its error is above.") from error
        self.process.join()
        return outcomes


def _attack(attack: Attack, port: int, seconds: float, sender: Connection) -> None:
    sender.send(attack(port, seconds))
