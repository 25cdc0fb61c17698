"""The commands, with arguments, output and an exit code."""

import json
import os
import shlex
import signal
import subprocess
import sys

import pytest
from graphs import classifier, sum_of_columns

from training.__main__ import main
from training.files import FOLDER

PAYLOAD = json.dumps(
    {"message": "payload", "payload": {"model": "flats@1", "row": {"area": 50.25}, "predict": 27}}
)


def start(*arguments, cwd, **options):
    """Start a command as a process."""
    command = [sys.executable, "-P", "-m", "training", *map(str, arguments)]
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
    return subprocess.Popen(command, cwd=cwd, **{**output, **options})


def training(*arguments, cwd):
    """Run a command as a process."""
    process = start(*arguments, cwd=cwd)
    stdout, stderr = process.communicate()
    return subprocess.CompletedProcess(arguments, process.returncode, stdout, stderr)


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """Run a command in this process, in the test's folder; return its exit code and output.

    A process takes two seconds to import the libraries.
    """
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        code = main([str(each) for each in arguments])
        return subprocess.CompletedProcess(arguments, code, *capsys.readouterr())

    return run


def test_card_and_check_work_from_any_folder(command, save, csv, tmp_path):
    save(sum_of_columns())
    rows = "a,b,price\n" + "".join(f"{i},0,{i + i % 2}\n" for i in range(20))
    csv(rows)
    (tmp_path / "training").mkdir()  # of the same name as the module

    added = training(
        *("card", "model.onnx", "--name", "tiny", "--version", "1", "--rows", "rows.csv"),
        *("--target", "price", "--unit", "EUR", "--features", "a,b", "--calibrate"),
        *("--output", "carded.onnx", "--background", "5"),
        cwd=tmp_path,
    )
    assert (added.returncode, added.stderr) == (0, "")
    assert added.stdout == (
        "tiny@1: carded.onnx has its card\n"
        "held out: RMSE 0.707, MAE 0.500, R² 0.985 on 20 rows\n"
        "interval of level 0.9\n"
    )

    checked = command("check", "carded.onnx")
    assert (checked.returncode, checked.stderr) == (0, "")
    card = json.loads(checked.stdout)
    assert (card["target"]["name"], card["target"]["unit"]) == ("price", "EUR")
    assert sum(card["target"]["histogram"]["counts"]) == 20
    assert len(card["background"]) == 5
    assert (card["interval"]["lower"], card["interval"]["upper"]) == (-1, 1)


def test_fit_writes_a_model_and_shows_how_to_ask_it(command, csv, tmp_path):
    csv("a,b,price\n" + "".join(f"{i},it's {i % 2},{3 * i + i * i % 7}\n" for i in range(60)))
    fitted = command(
        *("fit", "rows.csv", "--target", "price", "--unit", "EUR", "--output", "model.onnx"),
        *("--name", "tiny", "--version", "1", "--level", "0.8"),
    )
    assert fitted.returncode == 0
    assert all(line.startswith("warning: ") for line in fitted.stderr.splitlines())
    assert "warning: Column a nearly is the target: their correlation is " in fitted.stderr
    *lines, curl = fitted.stdout.splitlines()
    assert lines == [
        "tiny@1: model.onnx predicts price from",
        "  double: a",
        "  string: b",
        "cross-validated: RMSE 1.539 ± 0.249, MAE 1.301 ± 0.265, R² 0.999 ± 0.000 on 42 rows",
        "held out: RMSE 1.492, MAE 1.246, R² 0.999 on 18 rows",
        "interval of level 0.8, coverage 0.778",
        "model.evaluation.csv has the rows held out. The first, with price 10:",
    ]
    assert shlex.split(curl) == [
        *("curl", "localhost:8080/predict", "--json", """{"a": 2, "b": "it's 0"}""")
    ]
    assert (tmp_path / "model.evaluation.csv").read_text().startswith("a,b,price\n2,it's 0,10\n")


def test_all_rows_can_be_fitted_which_is_said(command, csv, tmp_path):
    csv("a,price\n" + "".join(f"{i},{3 * i}\n" for i in range(60)))
    fitted = command(
        *("fit", "rows.csv", "--target", "price", "--output", "model.onnx", "--estimator", "tree"),
        *("--held-out", "0", "--no-fingerprint"),
    )
    assert fitted.returncode == 0
    assert fitted.stdout.splitlines()[-1] == (
        "No rows are held out, so nothing measures how well it predicts unseen rows."
    )
    assert {path.name for path in tmp_path.iterdir()} == {"rows.csv", "model.onnx"}


def test_the_rows_trained_on_are_given_by_file(command, save, csv):
    save(sum_of_columns())
    csv("a,b,price\n" + "".join(f"{i},0,{i}\n" for i in range(20)))
    csv("id,a,b,price\n" + "".join(f"7,{i}.0,0,{i}\n" for i in range(18, 40)), "trained.csv")
    card = [
        *("card", "model.onnx", "--name", "tiny", "--version", "1", "--rows", "rows.csv"),
        *("--target", "price", "--features", "a,b", "--trained-on", "trained.csv"),
    ]
    refused = command(*card, "--split-by", "a,b")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        "error: The model was trained on 2 of the 20 rows in rows.csv: the first is in line 20, "
        "and trained.csv has it, too. Give rows that the model has not seen.\n"
    )
    assert "rows.csv has no column id" in command(*card).stderr


def test_a_refusal_is_two_sentences_without_a_traceback(save, tmp_path):
    model = save(classifier())
    refused = training("check", model, cwd=tmp_path)
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert refused.stderr == (
        "error: The model has 0 metadata entries model_card and needs one. "
        "Write its card with the command 'card'.\n"
    )


def test_a_name_with_a_comma_is_in_quotes(command, csv, capsys):
    csv('a,"b, c",price\n' + "".join(f"{i},{i % 2},{3 * i + i * i % 7}\n" for i in range(60)))
    fit = ("fit", "rows.csv", "--target", "price", "--output", "model.onnx", "--repeats", "1")
    fitted = command(*fit, "--features", '"b, c",a')
    assert fitted.returncode == 0, fitted.stderr
    assert "  double: b, c, a\n" in fitted.stdout
    with pytest.raises(SystemExit):
        command(*fit, "--features", '"b, c')
    assert "cannot be split at its commas" in capsys.readouterr().err


def test_an_unknown_command_lists_those_there_are(tmp_path):
    refused = training("serve", cwd=tmp_path)
    assert refused.returncode == 2
    assert "invalid choice: 'serve'" in refused.stderr


def test_the_committed_model_has_a_valid_card(command, tmp_path):
    checked = command("check", FOLDER / "model" / "model.onnx")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert json.loads(checked.stdout)["name"] == "boston-house-prices"


@pytest.mark.parametrize(
    ("arguments", "loaded"),
    [
        (["--help"], set()),
        (["fit", "--help"], set()),
        (["check", FOLDER / "model" / "model.onnx"], {"onnx", "onnxruntime"}),
        (["rows", "gone.log", "--output", "rows.csv"], {"onnx"}),
    ],
)
def test_a_command_loads_only_the_libraries_that_it_needs(tmp_path, arguments, loaded):
    libraries = {"matplotlib", "nbclient", "onnx", "onnxruntime", "pandas", "scipy", "sklearn"}
    code = (
        "import sys; from training.__main__ import main\n"
        "try: main(sys.argv[1:])\n"
        f"finally: print(*{libraries} & sys.modules.keys(), file=sys.stderr)"
    )
    command = [sys.executable, "-P", "-c", code, *map(str, arguments)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
    assert set(done.stderr.splitlines()[-1].split()) == loaded


def test_a_python_without_the_packages_is_referred_to_run_py():
    # -S: without the packages that are installed.
    command = [sys.executable, "-S", "-m", "training", "check", "model.onnx"]
    refused = subprocess.run(command, cwd=FOLDER, capture_output=True, encoding="utf-8")
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"error: This Python, {sys.executable}, does not have the ")
    assert refused.stderr.endswith(" Use run.py, which installs all packages.\n")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize(
    ("number", "code", "error"),
    [(signal.SIGINT, 130, "error: Interrupted. Run it again.\n"), (signal.SIGTERM, 143, "")],
)
def test_an_interrupted_command_leaves_nothing(tmp_path, number, code, error):
    with start("rows", "-", "--output", "rows.csv", cwd=tmp_path, stdin=subprocess.PIPE) as process:
        # It reads the log once the file is begun.
        process.stdin.write(f"{PAYLOAD}\n" * 10_000)
        assert list(tmp_path.glob(".incomplete-*/rows.csv"))
        process.send_signal(number)
        assert process.communicate(timeout=300)[1] == error
    assert process.returncode == code
    assert list(tmp_path.iterdir()) == []


def test_a_command_whose_output_nobody_reads_ends_quietly(tmp_path):
    (tmp_path / "function.log").write_text(f"{PAYLOAD}\n", encoding="utf-8")
    reading, writing = os.pipe()
    os.close(reading)  # as by head, once it has its lines
    arguments = ("rows", "function.log", "--output", "rows.csv")
    with start(*arguments, cwd=tmp_path, stdout=writing) as process:
        os.close(writing)
        assert process.communicate(timeout=300)[1] == ""
    assert process.returncode == 141
    assert (tmp_path / "rows.csv").exists()
