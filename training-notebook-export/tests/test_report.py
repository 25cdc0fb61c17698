"""The report on a fit."""

import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from training.errors import UserError
from training.fit import fit
from training.options import Options

RANDOM = np.random.default_rng(0)
ROWS = pd.DataFrame(
    {
        "area <m²>": RANDOM.uniform(20, 200, 200).round(1),
        "$a_b^": RANDOM.normal(size=200).round(3),
        "city": RANDOM.choice(["Boston", "Salem & Lynn", ""], 200),
        "new": RANDOM.choice(["true", "false"], 200),
        "town": 7,
    }
)
ROWS["price"] = 5 * ROWS["area <m²>"] + RANDOM.normal(size=200) * 20


class Parsed(HTMLParser):
    """The tags of a document, each of which must be closed."""

    def __init__(self, text):
        super().__init__()
        self.found, self._open = [], []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        if tag not in ("meta", "img"):
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    ROWS.to_csv(folder / "rows.csv", index=False)
    options = Options(
        {"name": "price", "unit": "EUR"}, "tree", repeats=1, report=folder / "report.html"
    )
    result = fit(folder / "rows.csv", folder / "model.onnx", options)
    return (folder / "report.html").read_text(encoding="utf-8"), result


def test_it_is_one_file_whose_images_have_descriptions(report):
    text, _ = report
    images = [attributes for tag, attributes in Parsed(text).found if tag == "img"]
    assert len(images) == 2
    for image in images:
        assert len(image["alt"]) > 40
        assert image["src"].startswith("data:image/png;base64,")
    assert not re.search(r"https?://|<script|<link", text)


def test_it_shows_data_candidates_coverage_and_importance(report):
    text, result = report
    words = re.sub(r"<[^>]+>", " ", text)
    for heading in ("Data", "Distributions", "Candidates", "Residuals", "Interval", "Importance"):
        assert f"<h2>{heading}</h2>" in text
    assert "area &lt;m²&gt;" in text and "Salem & Lynn" not in text
    assert "Column town is the same in every row." in text
    assert re.search(r"mean of the target +[\d.]+ ± [\d.]+", words)
    assert re.search(r"tree, this model +[\d.]+ ± [\d.]+", words)
    assert f"RMSE {result.card['held_out']['rmse']:.4g}" in text
    assert f"{result.card['interval']['coverage']:.1%} are inside" in text
    first = re.search(r"RMSE grows by</th></tr></thead>\s<tbody>\s<tr><td>([^/]*)</td>", text)[1]
    assert first == "area &lt;m²&gt;"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("new/model.evaluation.csv", "would be written twice"),
        ("new/model.onnx", "would be written twice"),
        ("rows.csv", "is read, and would be overwritten"),
        (".", "is a folder. Name a file"),
        ("rows.csv/report.html", "Nothing can be written into"),
    ],
)
def test_without_its_report_a_fit_writes_nothing(tmp_path, monkeypatch, name, message):
    monkeypatch.setattr("training.report.make_report", lambda *_: "a report")
    rows = tmp_path / "rows.csv"
    ROWS.to_csv(rows, index=False)
    before = rows.read_bytes()
    quick = {"repeats": 1, "interval": "constant"}
    options = Options({"name": "price"}, report=tmp_path / name, **quick)
    with pytest.raises(UserError, match=message):
        fit(rows, tmp_path / "new" / "model.onnx", options)
    assert rows.read_bytes() == before
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [rows]
