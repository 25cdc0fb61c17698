"""A graph gets a card if and only if the function serves it, form by form."""

import json
import tempfile
from pathlib import Path

import numpy as np
import pytest
from form import TEXTS, Form, build, places
from forms import FILE, FORMS, packed

from training.annotate import annotate
from training.errors import UserError
from training.outputs import Outputs

ROWS = 4
VALUES = {
    "bool": lambda row, column: (row + column) % 2 == 0,
    "string": lambda row, column: [*TEXTS, "?"][(row + column) % 5],
    "int64": lambda row, column: (3 * row + column) % 4 - 1,
    "int32": lambda row, column: (3 * row + column) % 4 - 1,
}


def rows_of(form: Form) -> list[dict]:
    """Return rows that differ in every feature."""
    return [
        {
            place.feature: VALUES.get(place.kind, lambda row, column: (row + 2 * column) / 2)(
                row, column
            )
            for column, place in enumerate(places(form))
        }
        for row in range(ROWS)
    ]


def sum_of(form: Form, row: dict) -> float:
    """Return the sum that the graph of a form computes for a row."""
    values = [row[place.feature] for place in places(form)]
    numbers = [
        (TEXTS.index(value) if value in TEXTS else len(TEXTS)) if isinstance(value, str) else value
        for value in values
    ]
    return float(np.dot([place.weight for place in places(form)], np.float64(numbers)))


def answers(form: Form, row: dict) -> list[float]:
    """Return the prediction of a row, and its bounds if there are any."""
    total, outputs = sum_of(form, row), [text.split(" ")[0] for text in form.outputs.split("; ")]
    number = outputs.index(form.output) if form.output else 0
    if form.levels:
        levels = form.levels.split(",")
        return [total + number + column for column in (levels.index("0.5"), 0, len(levels) - 1)]
    bounds = [total + outputs.index(name) for name in (form.interval or "").split(",") if name]
    return [total + number, *(bounds if len(bounds) != 1 else [bounds[0], bounds[0] + 1])]


def card_of(form: Form, folder: Path) -> bytes:
    """Return the model with its card."""
    rows, model = folder / "rows.csv", folder / "model.onnx"
    model.write_bytes(build(form).SerializeToString())
    features = form.features.split(",") if form.features else None
    cells = rows_of(form)
    lines = [",".join([*cells[0], "target"])]
    for number, row in enumerate(cells):
        lines.append(",".join([*map(str, row.values()), str(sum_of(form, row) + number)]))
    rows.write_text("\n".join(lines) + "\n", encoding="utf-8")
    outputs = Outputs(
        form.output,
        [float(level) for level in form.levels.split(",")] if form.levels else [],
        form.interval.split(",") if form.interval else [],
        form.level,
    )
    annotate(
        model,
        model,
        rows,
        {"name": "form", "version": "1"},
        {"name": "target"},
        features,
        outputs=outputs,
    )
    return model.read_bytes()


def describe(form: Form) -> dict:
    """Return the form as in forms.json."""
    settings = {
        "model.features": form.features,
        "model.output": form.output,
        "model.interval": form.interval,
        "model.levels": form.levels,
    }
    described = {
        "form": form.name,
        "inputs": form.inputs,
        "outputs": form.outputs,
        "settings": {name: value for name, value in settings.items() if value},
        "model": packed(build(form).SerializeToString()),
    }
    if form.function:
        return described | {"refused": form.function}
    with tempfile.TemporaryDirectory() as folder:
        carded = packed(card_of(form, Path(folder)))
    rows = rows_of(form)
    answered = [answers(form, row) for row in rows]
    return described | {"carded": carded, "rows": rows, "answers": answered}


def by_name(forms):
    return [pytest.param(form, id=form.name) for form in forms]


@pytest.mark.parametrize("form", by_name(form for form in FORMS if not form.training))
def test_what_the_function_serves_gets_a_card(form):
    [stored] = [each for each in json.loads(FILE.read_text("utf-8")) if each["form"] == form.name]
    assert describe(form) == stored, "write forms.json again, as forms.py says"


@pytest.mark.parametrize("form", by_name(form for form in FORMS if form.training))
def test_what_it_refuses_gets_none(form, tmp_path):
    with pytest.raises(UserError) as error:
        card_of(form, tmp_path)
    assert form.training in str(error.value)


def test_the_file_has_every_form_once():
    stored = [each["form"] for each in json.loads(FILE.read_text("utf-8"))]
    assert stored == [form.name for form in FORMS]
    assert len(set(stored)) == len(stored)
    assert all(bool(form.function) == bool(form.training) for form in FORMS)
