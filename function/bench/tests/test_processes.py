import os
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest.mock import patch

from measuring.client import ask, await_first_answer, post, processor_until
from measuring.errors import MeasuringError
from measuring.load import read
from measuring.native import Recipe, build
from measuring.processes import (
    Running,
    Server,
    members,
    memory,
    processor_milliseconds,
    resident,
)
from measuring.servers import BENCH, attempt, fastapi
from measuring.share import CONTROL_GROUPS, limited

# Listens; answers 503 at first and then 200, has a child, and lives until it is stopped.
SERVER = """
import socket, subprocess, sys
child = subprocess.Popen(["sleep", "600"])
with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as server:
    for status in ["503 No", "200 OK", "200 OK", "500 No"]:
        connection, _ = server.accept()
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 %b\\r\\n\\r\\n[1]" % status.encode())
        connection.close()
    server.accept()
"""

# Answers 200 three times on each connection, in two parts, and hangs up; then 500. Works for 50 ms
# for each second answer, in a child that it waits for.
WORKER = """
import socket, subprocess, sys, time
work = "import time; end = time.process_time() + 0.05\\nwhile time.process_time() < end: pass"
with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as server:
    for status in ["200 OK", "200 OK", "500 No"]:
        connection, _ = server.accept()
        for i in range(3):
            connection.recv(4096)
            if i == 1:
                subprocess.run([sys.executable, "-c", work], check=True)
            close = b"Connection: close\\r\\n" if i == 2 else b""
            connection.sendall(b"HTTP/1.1 %b\\r\\n%bContent-Length: 3\\r\\n\\r\\n"
                               % (status.encode(), close))
            connection.sendall(b"[1]")
        connection.close()
    server.accept()
"""


class Test(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def running(self, *command: str) -> Running:
        return Running(Server("it", (sys.executable, *command)), self.folder / "server.log")


class RunningTest(Test):
    def test_is_asked_until_it_answers_with_200_and_stopped_with_its_children(self) -> None:
        with self.running("-c", SERVER, "{port}") as server:
            answer = await_first_answer(server, post("/predict", b"{}"))
            self.assertLessEqual(answer.listening, answer.answered)
            self.assertEqual(ask(server, "/predict", b"{}"), [1])
            with self.assertRaisesRegex(MeasuringError, "it answers .*500 No.*must answer 200"):
                ask(server, "/predict", b"{}")
            group = server.process.pid
            self.assertEqual(len(members(group)), 2)
            self.assertGreater(memory(group).rss, resident(group) / 2)
            self.assertGreater(memory(group).rss, memory(group).pss)

        self.assertEqual(members(group), [])

    def test_that_ends_is_told_with_what_it_said(self) -> None:
        with (
            self.running("-c", "import sys; sys.exit('no model')") as server,
            self.assertRaisesRegex(MeasuringError, "it ended with exit code 1.*\nno model"),
        ):
            await_first_answer(server, post("/predict", b"{}"))

    def test_under_load_must_answer_all_with_success(self) -> None:
        result = 'RESULT {"requests":%d,"seconds":2,"p50":1000,"p99":2500,"refused":%d,"broken":%d}'
        with self.running("-c", "") as server:
            load = read("Running 2s test\n" + result % (100, 0, 0), server)
            self.assertEqual((load.rate, load.p50, load.p99), (50, 1, 2.5))
            for counts in ((100, 1, 0), (100, 0, 1), (0, 0, 0)):
                with self.assertRaisesRegex(MeasuringError, f"answered {counts[0]} requests"):
                    read(result % counts, server)
            with self.assertRaisesRegex(MeasuringError, "wrk failed: 'unable to connect'"):
                read("unable to connect", server)


class ProcessorTimeTest(Test):
    def test_is_known_at_each_of_the_first_answers(self) -> None:
        with self.running("-c", WORKER, "{port}") as server:
            while processor_milliseconds(server.process.pid) == 0 or not listens(server):
                wait(server)
            used = dict(processor_until(server, "/predict", b"{}", (1, 2, 3, 7)))

            self.assertEqual(list(used), [1, 2, 3, 7])
            # One answer counts as given, so the third is the second that is asked for.
            self.assertGreater(used[3] - used[2], 49)
            self.assertGreater(used[7] - used[3], 49)
            with self.assertRaisesRegex(MeasuringError, "it answers .*500 No.*must answer 200"):
                list(processor_until(server, "/predict", b"{}", (3,)))

    def test_counts_a_child_that_is_still_there(self) -> None:
        child = "while True: pass"
        parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
        with self.running("-c", parent) as server:
            while processor_milliseconds(server.process.pid) < 200:
                wait(server)


def wait(server: Running) -> None:
    """Leaves the processor to the server for a moment."""
    server.check()
    time.sleep(0.01)


def listens(server: Running) -> bool:
    """Whether its port is in the kernel's list of those that are listened on."""
    return f":{server.port:04X} 00000000:0000 0A" in Path("/proc/net/tcp").read_text()


class ShareTest(Test):
    @unittest.skipUnless(os.access(CONTROL_GROUPS, os.W_OK) and os.geteuid() == 0, "not root")
    def test_limits_a_server_and_leaves_no_group(self) -> None:
        before = set(CONTROL_GROUPS.rglob("bench-*"))
        endless = Server("it", (sys.executable, "-c", "while True: pass"))
        with limited(0.1) as limit, Running(limit(endless), self.folder / "log") as server:
            while processor_milliseconds(server.process.pid) < 50:
                wait(server)
            start, used = time.monotonic(), processor_milliseconds(server.process.pid)
            while processor_milliseconds(server.process.pid) < used + 50:
                wait(server)
            # A tenth takes half a second for 50 ms; less what may be left of one period.
            self.assertGreater(time.monotonic() - start, 0.2)

        self.assertEqual(set(CONTROL_GROUPS.rglob("bench-*")), before)


class PeersTest(Test):
    def test_keep_what_they_compile_at_their_first_start(self) -> None:
        says = (sys.executable, "-c", "import sys; print(sys.dont_write_bytecode)")
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        peer = {**environment, **fastapi("it", 1).environment}
        for variables, expected in ((environment, "True"), (peer, "False")):
            run = subprocess.run(says, env=variables, stdout=subprocess.PIPE, text=True, check=True)
            self.assertEqual(run.stdout.strip(), expected)

    def test_keep_what_is_compiled_to_fit_their_model(self) -> None:
        with patch.dict(os.environ, PYTHONDONTWRITEBYTECODE="1"):
            attempt([sys.executable, "-c", "import sys; sys.exit(sys.dont_write_bytecode)"], "")


class NativeTest(Test):
    def recipe(self, compiler: str, *options: str) -> Recipe:
        return Recipe("Peer", "model.h", compiler, options, (), "its-package")

    def test_without_its_compiler_it_says_what_to_install(self) -> None:
        self.assertEqual(
            build(self.recipe("no-such-compiler")),
            "There is no no-such-compiler on the PATH, so Peer IS NOT MEASURED. Install its "
            "compiler and libraries (on Debian and Ubuntu: apt install its-package).",
        )

    def test_that_does_not_compile_says_why(self) -> None:
        problem = build(self.recipe("sh", "-c", "echo no simdjson.h; exit 1"))

        self.assertRegex(problem, "^no simdjson.h\nsh cannot build model.h, so Peer IS NOT")


class CommandTest(Test):
    def test_without_a_layout_it_says_how_to_build_one(self) -> None:
        for name in ("run", "startup", "abuse"):
            with self.subTest(name):
                result = command(name, "--layout", "/nowhere")
                self.assertEqual(result.returncode, 2)
                self.assertIn("error: There is no layout in /nowhere. Build it:", result.stderr)

    def test_without_wrk_it_says_what_to_install(self) -> None:
        for name in ("run", "abuse"):
            with self.subTest(name):
                result = command(name, path="/nowhere")
                self.assertEqual(result.returncode, 2)
                self.assertIn("Install it (on Debian and Ubuntu: apt install wrk)", result.stderr)

    def test_told_to_end_it_leaves_nothing_running(self) -> None:
        start = self.folder / "run"
        start.write_text(f"#!/bin/sh\necho $$ >{self.folder}/pid\nexec sleep 600\n")
        start.chmod(0o755)
        pid = self.folder / "pid"
        process = subprocess.Popen(line("startup", "--layout", str(self.folder)))
        while not pid.exists() or not pid.read_text():
            time.sleep(0.01)
        process.terminate()

        self.assertEqual(process.wait(), 143)
        self.assertEqual(members(int(pid.read_text())), [])


def command(name: str, *words: str, path: str | None = None) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PATH": path or os.environ["PATH"]}
    return subprocess.run(line(name, *words), env=environment, capture_output=True, text=True)


def line(name: str, *words: str) -> list[str]:
    return [sys.executable, "-B", str(BENCH / name), *words]


if __name__ == "__main__":
    unittest.main()
