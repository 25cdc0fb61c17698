"""The shortest cold start of a JVM: the JDK's own server, from a cache of its classes."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from measuring.client import await_first_answer, post
from measuring.errors import MeasuringError
from measuring.processes import Running, Server
from measuring.servers import FLOOR, PEERS, TARGET

SOURCE = PEERS / "JdkServer.java"
FOLDER = TARGET / "floor"
JAR = FOLDER / "floor.jar"
CACHE = FOLDER / "floor.aot"
OPTIONS = ("-XX:+UseSerialGC", "-XX:-UsePerfData", "-cp", str(JAR), "JdkServer", "{port}")


def floor() -> tuple[list[Server], list[str]]:
    """Builds the server; returns it, or what is wrong."""
    try:
        java = jdk()
        if not CACHE.is_file() or CACHE.stat().st_mtime < SOURCE.stat().st_mtime:
            build(java)
    except (OSError, subprocess.CalledProcessError, MeasuringError) as error:
        return [], [
            f"{error}\n{FLOOR} IS NOT MEASURED. It needs JDK 25: set JAVA25_HOME to its folder."
        ]
    return [Server(FLOOR, (str(java), f"-XX:AOTCache={CACHE}", *OPTIONS))], []


def jdk() -> Path:
    homes = [os.environ.get("JAVA25_HOME"), os.environ.get("JAVA_HOME")]
    found = [Path(home, "bin", "java") for home in homes if home]
    found += [Path(path) for path in [shutil.which("java")] if path]
    found += sorted(Path("/usr/lib/jvm").glob("*25*/bin/java"))
    for java in found:
        version = subprocess.run([java, "-version"], capture_output=True, text=True).stderr
        if re.search(r'version "25\b', version):
            return java
    raise MeasuringError("There is no JDK 25.")


def build(java: Path) -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    classes = FOLDER / "classes"
    call(java.with_name("javac"), "-d", classes, SOURCE)
    call(java.with_name("jar"), "--create", "--file", JAR, "-C", classes, ".")
    rehearsal = Server(FLOOR, (str(java), f"-XX:AOTCacheOutput={CACHE}", *OPTIONS))
    with Running(rehearsal, FOLDER / "rehearsal.log") as running:
        for _ in range(10):
            await_first_answer(running, post("/predict", b"{}"))
        running.process.terminate()
        running.process.wait(60)  # It writes the cache when it ends.
    if not CACHE.is_file():
        raise running.failure("left no cache")


def call(*words: str | Path) -> None:
    subprocess.run(words, check=True, capture_output=True, text=True)
