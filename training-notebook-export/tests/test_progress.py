"""What a long fit shows on a terminal."""

import io
import sys

from training.fit import FOLDS
from training.progress import progress


class Terminal(io.StringIO):
    """A stream that claims to be a terminal."""

    def isatty(self):
        return True


def test_a_terminal_shows_each_step_in_one_line_that_is_removed(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress() as show:
        show("read rows.csv")
        show("fit the model on 10 rows")

    lines = terminal.getvalue().split("\r\x1b[K")
    assert [line.partition(" s: ")[2] for line in lines] == [
        *("", "read rows.csv", "fit the model on 10 rows", "")
    ]


def test_anything_else_shows_nothing(capsys):
    with progress() as show:
        show("read rows.csv")

    assert capsys.readouterr().err == ""


def test_a_fit_shows_every_model_of_the_cross_validation(fitted):
    steps = []
    rows = "area,price\n" + "".join(f"{i},{i * i % 7}\n" for i in range(50))
    fitted(rows, repeats=2, folds=FOLDS, held_out=0, show=steps.append)

    models = [step for step in steps if step.startswith("cross-validation")]
    assert models == [f"cross-validation, model {i} of 10 on 40 rows" for i in range(1, 11)]
    assert [step.split()[0] for step in steps if step not in models] == [
        *("read", "fit", "fit", "compare")
    ]
