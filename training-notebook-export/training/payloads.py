"""The rows that a function has logged, found among the other lines of its log.

A log can be larger than memory, so no more than a line, or a few elements of an array, is held.
"""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from training.errors import UserError

# In every line with a payload, and in no JSON text, because quotes there have backslashes.
MARK = re.compile(rb'"message"\s*:\s*"payload"')
ARRAY = re.compile(rb"\s*\[\s*(\{|\]|$)")
GAP = re.compile(r"[\s,]*")
CHUNK = 1 << 20

EXTRAS = ("time", "trace", "predict")
"""Members of a payload that a CSV file can have beside the features."""


class Literal(str):
    """A number exactly as in the log, so that no digit is lost."""


Value = Literal | str | bool | None


@dataclass(frozen=True)
class Payload:
    """One logged row.

    `model` is NAME@VERSION; `row` feature → value, None where missing; `predict` the prediction;
    `time` and `trace` are empty where the log has none; `place` says where it stands in the log.
    """

    model: str
    row: dict[str, Value]
    predict: Literal
    time: str
    trace: str
    place: str


def read_payloads(log: Path) -> Iterator[Payload]:
    """Yield the payloads of a log, `-` being standard input.

    A log is that of a container, or what `gcloud logging read --format=json` prints, or has one
    entry of that on each line. Lines and entries that are no payload are passed over.

    Raises UserError if it cannot be read, or what is marked as a payload is none.
    """
    name = "standard input" if log == Path("-") else str(log)
    try:
        with _open(log) as file:
            for place, entry in _entries(file, name):
                yield _payload(entry, place)
    except OSError as error:
        raise UserError(
            f"The log {name} cannot be read: {error}.",
            "Give the path of a file, or - for standard input.",
        ) from error


@contextmanager
def _open(log: Path) -> Iterator[BinaryIO]:
    if log == Path("-"):
        yield sys.stdin.buffer
        return
    with log.open("rb") as file:
        yield file


def _entries(file: BinaryIO, name: str) -> Iterator[tuple[str, Any]]:
    first, blank = file.readline(), 0
    while first and not first.strip():
        first, blank = file.readline(), blank + 1
    if ARRAY.match(first):
        yield from _elements(first, file, name)
        return
    line, number = first, blank + 1
    while line:
        if MARK.search(line):
            place = f"line {number} of {name}"
            yield place, _object(line, place)
        line, number = file.readline(), number + 1


def _object(line: bytes, place: str) -> Any:
    try:
        # A container runtime, or kubectl, may add a prefix to a line, but no brace.
        return _decoder().decode(line[line.find(b"{") :].decode())
    except ValueError as error:
        raise _malformed(place, f"it is no JSON: {error}") from error


def _elements(first: bytes, file: BinaryIO, name: str) -> Iterator[tuple[str, Any]]:
    number = 0
    rest = TextIOWrapper(file, encoding="utf-8")
    try:
        for number, entry in enumerate(_array(first.decode().lstrip()[1:], rest), 1):
            if _fields(entry).get("message") == "payload":
                yield f"entry {number} of {name}", entry
    except ValueError as error:
        raise _malformed(f"entry {number + 1} of {name}", f"it is no JSON: {error}") from error
    finally:
        rest.detach()


def _array(text: str, rest: TextIO) -> Iterator[Any]:
    """Yield the elements of an array of objects, whose opening bracket has been read."""
    decoder, position = _decoder(), 0
    while True:
        position = GAP.match(text, position).end()
        if text.startswith("]", position):
            return
        try:
            element, position = decoder.raw_decode(text, position)
        except ValueError:
            more = rest.read(max(CHUNK, len(text) - position))
            if not more:
                raise
            text, position = text[position:] + more, 0
            continue
        yield element


def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(parse_float=Literal, parse_int=Literal, parse_constant=_refuse)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _fields(entry: Any) -> dict[str, Any]:
    fields = entry.get("jsonPayload", entry) if isinstance(entry, dict) else None
    return fields if isinstance(fields, dict) else {}


def _payload(entry: Any, place: str) -> Payload:
    fields = _fields(entry)
    payload = fields.get("payload")
    members = payload if isinstance(payload, dict) else {}
    model, row, predict = (members.get(name) for name in ("model", "row", "predict"))
    if not isinstance(model, str) or "@" not in model:
        raise _malformed(place, "its model is not like NAME@VERSION")
    if not isinstance(row, dict) or not row or not all(map(_is_value, row.values())):
        raise _malformed(place, "its row is no object of numbers, texts, true, false and null")
    if not isinstance(predict, Literal):
        raise _malformed(place, "its predict is no number")
    # Cloud Logging moves both out of the payload, and prefixes the trace with the project.
    time = fields.get("time") or entry.get("timestamp") or ""
    trace = fields.get("logging.googleapis.com/trace") or entry.get("trace") or ""
    return Payload(model, row, predict, str(time), str(trace).rpartition("/")[2], place)


def _is_value(value: Any) -> bool:
    return value is None or isinstance(value, str | bool)


def _malformed(place: str, what: str) -> UserError:
    return UserError(
        f"There is no whole payload in {place}: {what}.",
        "Remove it if it was cut off, and look at how the log was fetched.",
    )
