import json

from training.__main__ import main
from training.printable import printable


def test_what_would_change_a_terminal_is_escaped():
    assert printable("a\x1b[2Jb\x9bc\u202ed\x7fe\U000e0001") == (
        "a\\u001b[2Jb\\u009bc\\u202ed\\u007fe\\udb40\\udc01"
    )


def test_what_is_seen_stays():
    assert printable("Fläche in m²\n\t🏠") == "Fläche in m²\n\t🏠"


def test_json_stays_json():
    card = {"unit": "\x9b \u202e \x7f \U000e0001 \x1b"}
    assert json.loads(printable(json.dumps(card, ensure_ascii=False))) == card


def test_long_text_is_cut():
    assert printable("x" * 5000, most=10) == "xxxxxxxxxx … (5,000 characters)"


def test_an_error_that_quotes_a_file_is_escaped_and_cut(capsys, tmp_path):
    name = "\x1b[2J" + "x" * 10_000

    assert main(["check", str(tmp_path / name[:200])]) == 1

    printed = capsys.readouterr().err
    assert "\x1b" not in printed
    assert "\\u001b[2J" in printed
