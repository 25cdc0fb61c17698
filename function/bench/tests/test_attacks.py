import queue
import socket
import threading
import unittest
from collections import Counter
from contextlib import suppress
from functools import partial

from measuring.attacks import (
    HEAD,
    NO_ANSWER,
    STILL_OPEN,
    Attacker,
    Drip,
    Unread,
    chunked_body,
    declared_body,
    deep_json,
    header_lines,
    repeated,
    status,
    unfinished_body,
    unfinished_head,
    whole_body,
)
from measuring.processes import HOST


class RequestTest(unittest.TestCase):
    def test_is_as_long_as_it_says(self) -> None:
        body = b"".join(declared_body(2)).partition(b"\r\n\r\n")[2]
        self.assertEqual(len(body), 2 << 20)
        self.assertIn(b"Content-Length: 2097152\r\n", b"".join(declared_body(2)))

        chunks = b"".join(chunked_body(1)).partition(b"\r\n\r\n")[2]
        self.assertEqual(chunks.count(b"10000\r\n"), 16)
        self.assertTrue(chunks.endswith(b"1\r\n0\r\n\r\n"))

        self.assertTrue(unfinished_head(2, 3).endswith(b"\r\na:bbb\r\na:bbb\r\n"))
        self.assertTrue(whole_body(b"{}").endswith(b"Content-Length: 2\r\n\r\n{}"))
        self.assertEqual(b"".join(header_lines(1000)).count(b"\r\nX-Line-"), 1000)
        self.assertTrue(b"".join(deep_json(5)).endswith(b"Content-Length: 5\r\n\r\n[[[[["))

    def test_has_the_status_that_is_answered(self) -> None:
        self.assertEqual(status(b"HTTP/1.1 413 Too large\r\n"), "413")
        self.assertEqual(status(b""), NO_ANSWER)


class AttackTest(unittest.TestCase):
    """Against a server that refuses what begins with a request line, and waits otherwise."""

    def setUp(self) -> None:
        self.server = socket.create_server((HOST, 0), backlog=100)
        self.addCleanup(self.server.close)
        self.port = self.server.getsockname()[1]
        self.kept: queue.Queue[socket.socket] = queue.Queue()

    def serve(self, refuse: bool) -> None:
        def accept() -> None:
            while True:
                try:
                    connection, _ = self.server.accept()
                except OSError:
                    return
                if refuse:
                    with connection, suppress(OSError):  # Whoever is refused may have gone.
                        connection.recv(len(HEAD))
                        connection.sendall(b"HTTP/1.1 400 Bad request\r\n\r\n")
                else:
                    self.kept.put(connection)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        # Before the socket is closed: the number of its file may be that of the next test's socket.
        self.addCleanup(thread.join)
        self.addCleanup(self.server.shutdown, socket.SHUT_RDWR)

    def test_counts_what_is_answered(self) -> None:
        self.serve(refuse=True)
        request = partial(iter, [HEAD + b"\r\n"])

        attacker = Attacker(repeated(request, connections=3), self.port, seconds=1)
        outcomes = attacker.outcomes()

        self.assertEqual(set(outcomes), {"400"})
        self.assertGreater(outcomes["400"], 3)
        self.assertFalse(attacker.is_at_it())

    def test_drips_on_as_many_connections_as_told(self) -> None:
        self.serve(refuse=False)

        outcomes = Drip(connections=40)(self.port, seconds=1.2)

        self.assertEqual(+outcomes, Counter({STILL_OPEN: 40}))
        for _ in range(40):
            self.kept.get(timeout=300).close()
        self.assertTrue(self.kept.empty())

    def test_opens_connections_again_that_are_ended(self) -> None:
        self.serve(refuse=True)

        outcomes = Drip(connections=40)(self.port, seconds=4.2)

        self.assertGreater(outcomes["400"], 40)

    def test_reads_nothing_until_the_end(self) -> None:
        self.serve(refuse=False)

        outcomes = Unread(3, unfinished_body(10))(self.port, seconds=0.5)

        self.assertEqual(+outcomes, Counter({STILL_OPEN: 3}))
        for _ in range(3):
            with self.kept.get(timeout=300) as connection:
                self.assertEqual(connection.recv(4096), unfinished_body(10))

    def test_ends_with_what_was_answered_but_not_read(self) -> None:
        self.serve(refuse=True)

        outcomes = Unread(3, whole_body(b"{}"))(self.port, seconds=2)

        self.assertEqual(set(+outcomes), {"400"})


if __name__ == "__main__":
    unittest.main()
