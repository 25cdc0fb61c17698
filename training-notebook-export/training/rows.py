"""Logged payloads as a CSV file to train from."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from training.card import load_model, read_card, title
from training.errors import UserError
from training.files import incomplete_files, refuse_overwriting
from training.payloads import Literal, Payload, Value, read_payloads


@dataclass
class Selection:
    """The payloads of `model`, NAME@VERSION; if it is not given, of the only one there is.

    `features` is the order of the columns, by default that of the first payload. `count` payloads
    were taken, and those of `others`, model → how many, left out.
    """

    model: str | None = None
    features: list[str] | None = None
    count: int = 0
    others: dict[str, int] = field(default_factory=dict)

    def of(self, payloads: Iterable[Payload]) -> Iterator[Payload]:
        """Yield the payloads of the model; raise UserError if none is given and there are several.
        """
        given = self.model is not None
        for payload in payloads:
            self.model = self.model or payload.model
            if payload.model == self.model:
                self.count += 1
                yield payload
            elif given:
                self.others[payload.model] = self.others.get(payload.model, 0) + 1
            else:
                raise UserError(
                    f"There are rows of {self.model} and, in {payload.place}, of {payload.model}.",
                    "Choose one with --model NAME@VERSION.",
                )


def write_rows(
    logs: Collection[Path], output: Path, model: str | None = None, extras: Iterable[str] = ()
) -> Selection:
    """Write the payloads in `logs` to a CSV file: the `extras`, then a column for each feature.

    All must be of one model, unless `model` names one, NAME@VERSION; then rows of others are left
    out. It may be the path of the model's file, `.onnx`, instead: its card also gives the order of
    the columns. Return what was taken.

    Raises UserError, and writes nothing, if a log cannot be read, holds no payload of the model, or
    payloads of several.
    """
    selection = _from_file(Path(model)) if (model or "").endswith(".onnx") else Selection(model)
    refuse_overwriting(logs, [output])
    payloads = selection.of(chain.from_iterable(map(read_payloads, logs)))
    with incomplete_files(output.parent) as folder:
        incomplete = folder / output.name
        with incomplete.open("w", encoding="utf-8", newline="") as file:
            file.writelines(_lines(payloads, selection, list(extras)))
        incomplete.replace(output)
    return selection


def _from_file(path: Path) -> Selection:
    card = read_card(load_model(path))
    return Selection(title(card), [feature["name"] for feature in card["features"]])


def _lines(payloads: Iterator[Payload], selection: Selection, extras: list[str]) -> Iterator[str]:
    first = next(payloads, None)
    if first is None:
        raise _nothing(selection)
    features = selection.features or list(first.row)
    twice = [name for name in extras if name in features]
    if twice:
        raise UserError(
            f"The model has a feature {', '.join(twice)}, which would be two columns.",
            "Leave it out of --with.",
        )
    yield _line([*extras, *features])
    for payload in chain([first], payloads):
        if payload.row.keys() != set(features):
            raise UserError(
                f"The row in {payload.place} has other features: {', '.join(payload.row)}, "
                f"not {', '.join(features)}.",
                "Give only logs of one model, and its own file with --model.",
            )
        known = {"time": payload.time, "trace": payload.trace, "predict": payload.predict}
        yield _line([*(known[name] for name in extras), *map(payload.row.get, features)])


def _line(values: Iterable[Value]) -> str:
    return ",".join(map(_cell, values)) + "\n"


def _cell(value: Value) -> str:
    if value is None or isinstance(value, Literal):
        return value or ""
    if isinstance(value, bool):
        return str(value).lower()
    quoted = value.replace('"', '""')
    return f'"{quoted}"'


def _nothing(selection: Selection) -> UserError:
    if selection.others:
        others = ", ".join(selection.others)
        return UserError(
            f"There is no row of {selection.model}, but of {others}.",
            "Name one of these with --model.",
        )
    return UserError(
        "There is no payload in the log.",
        "Give that of a function which had log.payloads set (LOG_PAYLOADS=1: all rows).",
    )
