import socket
import threading
import unittest
from unittest.mock import patch

from measuring.bystander import Question, ask_once

BODY = b'{"a": 1}'


class BystanderTest(unittest.TestCase):
    def test_a_question_is_sent_in_one_write(self) -> None:
        written: list[bytes] = []
        sendall = socket.socket.sendall

        def record(connection: socket.socket, request: bytes) -> None:
            written.append(request)
            sendall(connection, request)

        with (
            socket.create_server(("127.0.0.1", 0)) as server,
            patch.object(socket.socket, "sendall", record),
        ):
            threading.Thread(target=answer, args=(server,), daemon=True).start()
            question = Question(BODY, {"Authorization": "Bearer a-key"})
            self.assertEqual("", ask_once(server.getsockname()[1], question))
        self.assertEqual(1, len(written))
        self.assertIn(b"\r\nAuthorization: Bearer a-key\r\n", written[0])
        self.assertTrue(written[0].endswith(b"\r\n\r\n" + BODY))


def answer(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        received = b""
        while not received.endswith(BODY):
            received += connection.recv(1 << 16)
        connection.send(b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{"predict":1}')


if __name__ == "__main__":
    unittest.main()
