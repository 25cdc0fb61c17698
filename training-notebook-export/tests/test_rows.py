"""From the log of a function to training rows."""

import io
import json
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from graphs import sum_of_columns

from training import payloads
from training.__main__ import main
from training.annotate import annotate
from training.card import load_model, read_card
from training.csv_files import read_table
from training.files import FOLDER
from training.rows import write_rows

ROW = {"area": 50.25, "rooms": 3, "city": "Salem", "new": True}


def payload(row=ROW, model="flats@1", predict=27.0, trace="4bf92f35", time="12:00:00.123"):
    return {
        "severity": "INFO",
        "time": f"2026-01-31T{time}Z",
        "message": "payload",
        "logging.googleapis.com/trace": trace,
        "payload": {"model": model, "row": row, "predict": predict},
    }


def cloud(entry):
    """Return a line as Cloud Logging stores it: members sorted, some moved out of the payload."""
    kept = {name: entry[name] for name in ("message", "payload")}
    return json.loads(json.dumps({"jsonPayload": kept}, sort_keys=True)) | {
        "insertId": "x1",
        "severity": entry["severity"],
        "timestamp": entry["time"],
        "trace": f"projects/p/traces/{entry['logging.googleapis.com/trace']}",
    }


@pytest.fixture
def rows(tmp_path):
    """Write lines into a log, convert it to a CSV file, and return the file's lines."""

    def extract(*lines, **options):
        log = tmp_path / "function.log"
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        log.write_bytes("\n".join(texts).encode("utf-8", "surrogateescape"))
        write_rows([log], tmp_path / "out" / "rows.csv", **options)
        return (tmp_path / "out" / "rows.csv").read_text(encoding="utf-8").splitlines()

    return extract


def test_payloads_are_found_between_other_lines(rows):
    found = rows(
        "",
        "2026-01-31T12:00:00Z INFO Serving flats@1 on /127.0.0.1:8080",
        payload(),
        '{"severity":"WARNING","message":"a \\"message\\":\\"payload\\" in a text"}',
        "\udcff\udcfe no UTF-8",
        "2026-01-31T12:00:01.5Z stderr F " + json.dumps(payload({**ROW, "rooms": None})),
        payload(),
    )
    assert found == [
        '"area","rooms","city","new"',
        '50.25,3,"Salem",true',
        '50.25,,"Salem",true',
        '50.25,3,"Salem",true',
    ]


def test_numbers_and_texts_come_back_as_they_were_logged(rows, tmp_path):
    text = 'a "b", c\nd;é\u2028'
    line = json.dumps(payload({"n": "N", "f": "F", "s": text, "e": ""}))
    rows(line.replace('"N"', "9007199254740993").replace('"F"', "1.0000000000000002E-5"))
    table = read_table(tmp_path / "out" / "rows.csv")
    assert [cells for _, cells in table.lines] == [
        ["9007199254740993", "1.0000000000000002E-5", text, ""]
    ]
    assert table.frame({"n": "int64"})["n"].tolist() == [9007199254740993]


def test_further_columns_are_there_if_asked_for(rows):
    assert rows(payload(), extras=["time", "trace", "predict"]) == [
        '"time","trace","predict","area","rooms","city","new"',
        '"2026-01-31T12:00:00.123Z","4bf92f35",27.0,50.25,3,"Salem",true',
    ]


@pytest.mark.parametrize("indent", [None, 2], ids=["compact", "indented"])
@pytest.mark.parametrize("chunk", [7, 1 << 20])
def test_what_cloud_logging_exports_gives_the_same(rows, monkeypatch, indent, chunk):
    monkeypatch.setattr(payloads, "CHUNK", chunk)
    lines = [payload(), payload({**ROW, "area": 1e-7, "city": "Łódź"}, trace="5")]
    entries = [cloud(lines[0]), {"textPayload": "x", "trace": "t"}, cloud(lines[1])]
    expected = rows(*lines, extras=["trace", "time"])
    array = json.dumps(entries, indent=indent, ensure_ascii=False)
    by_name = [
        pd.read_csv(io.StringIO("\n".join(text)))
        for text in (
            expected,
            rows(array, extras=["trace", "time"]),
            rows("\n" + array, extras=["trace", "time"]),
            rows(*entries, extras=["trace", "time"]),
        )
    ]
    for frame in by_name[1:]:
        pd.testing.assert_frame_equal(frame[by_name[0].columns], by_name[0])


def test_the_models_file_gives_its_name_and_the_order_of_columns(rows, save, csv):
    path = save(sum_of_columns())
    price, identity = {"name": "price"}, {"name": "tiny", "version": "1"}
    annotate(path, path, csv("b,a,price\n1,2,4\n3,4,6\n"), identity, price)
    lines = [payload({"a": 1, "b": 2}, "tiny@1"), payload({"a": 3, "b": 4}, "tiny@2")]
    assert rows(*lines, model=str(path)) == ['"b","a"', "2,1"]


def test_one_of_several_models_can_be_chosen(rows, tmp_path, capsys):
    lines = [payload(), payload(model="flats@2"), payload(model="flats@2")]
    assert len(rows(*lines, model="flats@2")) == 3
    arguments = [str(tmp_path / "function.log"), "--output", str(tmp_path / "rows.csv")]
    assert main(["rows", *arguments, "--model", "flats@1"]) == 0
    assert capsys.readouterr().out == (
        f"{tmp_path}/rows.csv: 1 rows that flats@1 was asked for\n  left out: 2 of flats@2\n"
    )


def test_several_logs_and_standard_input_are_read_one_after_another(tmp_path):
    (tmp_path / "a.log").write_text(json.dumps(payload({"x": 1})))
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "training",
            "rows",
            tmp_path / "a.log",
            "-",
            "--output",
            tmp_path / "rows.csv",
        ],
        input=json.dumps([cloud(payload({"x": 2})), cloud(payload({"x": 2}))]),
        cwd=FOLDER,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "rows.csv").read_text() == '"x"\n1\n2\n2\n'


@pytest.mark.parametrize(
    ("lines", "options", "message"),
    [
        ([""], {}, r"There is no payload in the log\. Give that of a function which had"),
        (["[]"], {}, "There is no payload in the log"),
        (["INFO Serving flats@1"], {}, "There is no payload in the log"),
        (
            [payload(), payload(model="flats@2")],
            {},
            r"rows of flats@1 and, in line 2 of .*function\.log, of flats@2\. Choose one with",
        ),
        ([payload()], {"model": "flats@3"}, r"no row of flats@3, but of flats@1\. Name one"),
        ([payload(), json.dumps(payload())[:-9]], {}, "no whole payload in line 2 of .*no JSON"),
        ([json.dumps([cloud(payload())] * 2)[:-9]], {}, "no whole payload in entry 2 of .*no JSON"),
        ([payload(predict=float("nan"))], {}, "line 1 of .*: NaN is no number"),
        ([payload(predict="27")], {}, "line 1 of .*: its predict is no number"),
        ([payload(model="flats")], {}, "its model is not like NAME@VERSION"),
        ([payload(model=7)], {}, "its model is not like NAME@VERSION"),
        ([payload(row=[1])], {}, "its row is no object of numbers"),
        ([payload(row={})], {}, "its row is no object of numbers"),
        ([payload(row={"area": [1]})], {}, "its row is no object of numbers"),
        ([{**payload(), "payload": 7}], {}, "its model is not like"),
        ([json.dumps(payload()).replace("Salem", "\udcff")], {}, "line 1 .*can't decode"),
        (
            [payload(), payload(row={"area": 1})],
            {},
            r"row in line 2 of .* has other features: area, not area, rooms, city, new\. Give",
        ),
        (
            [payload(row={"time": 1})],
            {"extras": ["trace", "time"]},
            r"has a feature time, which would be two columns\. Leave it out of --with",
        ),
    ],
)
def test_what_gives_no_rows_is_refused_and_nothing_written(rows, tmp_path, lines, options, message):
    with pytest.raises(payloads.UserError, match=message):
        rows(*lines, **options)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_log_that_is_not_there_is_refused(tmp_path, capsys):
    output = tmp_path / "rows.csv"
    assert main(["rows", str(tmp_path / "gone.log"), "--output", str(output)]) == 1
    assert re.search(
        r"error: The log .*gone\.log cannot be read: .*\. Give", capsys.readouterr().err
    )
    with pytest.raises(SystemExit):
        main(["rows", "x", "--output", str(output), "--with", "trace,secret"])
    assert "trace,secret is not of time, trace, predict" in capsys.readouterr().err


def test_a_log_larger_than_memory_is_streamed(tmp_path):
    entry = json.dumps(cloud(payload()), indent=2)
    with (tmp_path / "big.json").open("w") as file:
        file.write("[\n" + ",\n".join([entry] * 100_000) + "\n]\n")
    limit = (
        "import resource, sys; import training.commands.rows; from training.__main__ import main;"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; code = main(sys.argv[1:]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before); sys.exit(code)"
    )
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            limit,
            "rows",
            tmp_path / "big.json",
            "--output",
            tmp_path / "rows.csv",
        ],
        cwd=FOLDER,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[-1]) < 16 * 1024, "more than 16 MiB for a log of 50 MB"
    assert sum(1 for _ in (tmp_path / "rows.csv").open()) == 100_001


def test_the_example_of_the_readme_joins_the_truth_and_trains_again(tmp_path, monkeypatch):
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    [section] = re.findall(r"\n## From the log back to the data\n(.*?)\n## ", readme, re.DOTALL)
    blocks = [
        re.sub("^    ", "", text, flags=re.M)
        for text in re.findall(r"\n\n((?:    .*\n|\n(?=    ))+)", section)
    ]
    [rows_command] = [block for block in blocks if "run.py rows function.log" in block]
    [join] = [block for block in blocks if "merge(" in block]
    [fit] = [block for block in blocks if "run.py fit" in block]

    random = np.random.default_rng(7)
    area = random.uniform(20, 200, 60).round(2)
    lines = [payload({"area": a, "rooms": 3}, trace=f"t{i}") for i, a in enumerate(area.tolist())]
    (tmp_path / "function.log").write_text("\n".join(map(json.dumps, lines)))
    truth = pd.DataFrame({"trace": [f"t{i}" for i in range(60)], "price": 2 * area + 1})
    truth[5:].to_csv(tmp_path / "truth.csv", index=False)
    monkeypatch.chdir(tmp_path)

    def arguments(block):
        [words] = re.findall(r"run\.py (.*)", block.replace("\\\n", ""))
        return words.split()

    assert main(arguments(rows_command)) == 0
    exec(join, {})
    assert main(arguments(fit)) == 0
    card = read_card(load_model(tmp_path / "model.onnx"))
    assert [feature["name"] for feature in card["features"]] == ["area", "rooms"]
    # All 55 with a true price, on either side of the split.
    assert card["metrics"]["rows"] + card["held_out"]["rows"] == 55
    assert card["metrics"]["r2"] > 0.9


def test_the_log_is_not_overwritten(tmp_path):
    log = tmp_path / "function.log"
    log.write_text(json.dumps(payload()) + "\n")
    before = log.read_text()
    with pytest.raises(payloads.UserError, match=r"function\.log is read, and would be over"):
        write_rows([log], log)
    assert log.read_text() == before
