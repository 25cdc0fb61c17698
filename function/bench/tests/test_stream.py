import socket
import threading
import unittest
from collections.abc import Callable
from types import SimpleNamespace

from measuring.errors import MeasuringError
from measuring.stream import rows_per_second

ROWS = b'{"x": 1}\n{"x": 2}\n'


class Test(unittest.TestCase):
    def test_all_rows_are_counted(self) -> None:
        rate = self.rate(lambda rows: b'{"status":"end","predicted":%d,"refused":0}\n' % rows)
        self.assertGreater(rate, 0)

    def test_a_row_that_is_missing_or_refused_is_a_failure(self) -> None:
        for end in (
            b'{"status":"end","predicted":%d,"refused":1}\n',
            b'{"status":"cut","predicted":%d,"refused":0}\n',
        ):
            with self.assertRaisesRegex(MeasuringError, "rows of a stream, which ends"):
                self.rate(lambda rows, end=end: end % rows)
        with self.assertRaisesRegex(MeasuringError, "predicted 0 of"):
            self.rate(lambda _: b'{"status":"end","predicted":0,"refused":0}\n')

    def rate(self, last_line: Callable[[int], bytes]) -> float:
        """Of a server that answers two streams with such a last line."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            for _ in range(2):
                threading.Thread(target=answer, args=(server, last_line), daemon=True).start()
            running = SimpleNamespace(
                port=server.getsockname()[1], failure=lambda text: MeasuringError(text)
            )
            return rows_per_second(running, "/predict", ROWS, 2, 0.05)  # type: ignore[arg-type]


def answer(server: socket.socket, last_line: Callable[[int], bytes]) -> None:
    connection, _ = server.accept()
    with connection:
        received = b""
        while not received.endswith(b"\r\n0\r\n\r\n"):
            received += connection.recv(1 << 16)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + last_line(received.count(b'"x"')))


if __name__ == "__main__":
    unittest.main()
