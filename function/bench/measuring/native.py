"""The peers in Go and C++. Each is built if its compiler and libraries are installed."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from measuring.processes import Server
from measuring.servers import CPP, GO, MODEL, PEERS, TARGET

SOURCES = PEERS / "native"
BINARIES = TARGET / "native"


@dataclass(frozen=True)
class Recipe:
    """How to build a peer from one source, and the packages of Debian and Ubuntu it needs."""

    name: str
    source: str
    compiler: str
    options: tuple[str, ...]
    libraries: tuple[str, ...]
    packages: str
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def binary(self) -> Path:
        return BINARIES / Path(self.source).stem

    def words(self) -> list[str]:
        source = str(SOURCES / self.source)
        return [self.compiler, *self.options, "-o", str(self.binary), source, *self.libraries]

    def is_built(self) -> bool:
        sources = (SOURCES / self.source, SOURCES / "model.h", Path(__file__))
        return self.binary.is_file() and self.binary.stat().st_mtime > max(
            source.stat().st_mtime for source in sources
        )


RECIPES = (
    Recipe(
        GO,
        "fasthttp_fastjson.go",
        "go",
        ("build",),
        (),
        "golang-go golang-github-valyala-fasthttp-dev golang-github-valyala-fastjson-dev",
        # Debian's packages are sources in one tree, and no modules.
        {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "CGO_CFLAGS": "-O2"},
    ),
    Recipe(
        CPP,
        "epoll_simdjson.cpp",
        "g++",
        ("-std=c++20", "-O3", "-march=native"),
        ("-lsimdjson", "-ldl", "-pthread"),
        "g++ libsimdjson-dev",
    ),
)


def peers(layout: Path) -> tuple[list[Server], list[str]]:
    """Returns the peers that could be built, and the problems of the others.

    They open the same ONNX Runtime library as the function.
    """
    library = layout.resolve() / "native" / "libonnxruntime.so"
    servers, problems = [], []
    for recipe in RECIPES:
        if problem := build(recipe):
            problems.append(problem)
        else:
            servers.append(server(recipe, library))
    return servers, problems


def server(recipe: Recipe, library: Path) -> Server:
    variables = {"ONNX_RUNTIME": str(library), "MODEL_LOCATION": str(MODEL)}
    return Server(recipe.name, (str(recipe.binary), "{port}"), variables)


def build(recipe: Recipe) -> str:
    """Builds it unless it is built; returns what is wrong, or nothing."""
    if recipe.is_built():
        return ""
    failed = (
        f"{recipe.name} IS NOT MEASURED. "
        f"Install its compiler and libraries (on Debian and Ubuntu: apt install {recipe.packages})."
    )
    if shutil.which(recipe.compiler) is None:
        return f"There is no {recipe.compiler} on the PATH, so {failed}"
    BINARIES.mkdir(parents=True, exist_ok=True)
    result = subprocess.run(
        recipe.words(),
        env={**os.environ, **recipe.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if result.returncode == 0:
        return ""
    last_lines = "\n".join(result.stdout.strip().splitlines()[-5:])
    return f"{last_lines}\n{recipe.compiler} cannot build {recipe.source}, so {failed}"
