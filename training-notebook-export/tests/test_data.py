import numpy as np
import pytest

from training import boston
from training.csv_files import read_table
from training.errors import UserError


def test_the_boston_data_is_13_features_and_a_price():
    features, price = boston.load().all
    assert features.shape == (len(price), 13)
    assert " ".join(features) == "CRIM ZN INDUS CHAS NOX RM AGE DIS RAD TAX PTRATIO B LSTAT"
    assert set(features.dtypes) == {np.dtype(np.float64)}
    assert features.iloc[0].tolist()[:4] == [0.00632, 18.0, 2.31, 0.0]
    assert price.iloc[0] == 24.0


def test_columns_come_in_the_order_asked_for_with_their_types(csv):
    text = "id,city,new,rooms,area\n7,Boston,true,3,\n8,,0,4,61.5\n"
    kinds = {"area": "float", "rooms": "int32", "new": "bool", "city": "string"}
    rows = read_table(csv(text)).frame(kinds, missing=["area", "city"])
    assert list(rows) == list(kinds)
    assert np.isnan(rows["area"][0]) and rows["area"][1] == 61.5
    assert rows["rooms"].tolist() == [3, 4]
    assert rows["new"].tolist() == [True, False]
    assert rows["city"].tolist() == ["Boston", ""]


def test_numbers_are_read_to_the_last_bit(csv):
    rows = read_table(csv("a\n0.1234567890123456789\n")).frame({"a": "double"})
    assert rows["a"][0] == 0.1234567890123456789


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("x", "double"),
        ("nan", "double"),
        ("inf", "double"),
        ("1_000", "double"),
        ("1_000", "int64"),
        ("\u0661", "double"),
        ("1e39", "float"),
        ("1.5", "int64"),
        ("9223372036854775808", "int64"),
        ("2147483648", "int32"),
        ("yes", "bool"),
    ],
)
def test_a_cell_of_another_type_is_named(csv, tmp_path, cell, kind):
    wrong = "too large for" if cell in ("1e39", "9223372036854775808", "2147483648") else "no"
    with pytest.raises(UserError) as error:
        read_table(csv(f"a,b\nx,1\nx,{cell}\n")).frame({"b": kind})
    assert str(error.value) == (
        f"Line 3 of {tmp_path / 'rows.csv'} holds '{cell}', which is {wrong} {kind}, in column b. "
        "Correct the cell or remove the line."
    )


def test_an_empty_cell_is_named(csv):
    with pytest.raises(UserError, match=r"Line 2 of .* holds nothing, in column a\. Correct"):
        read_table(csv("a,b\n,2\n")).frame({"a": "double"})


def test_a_missing_column_is_named_with_those_there_are(tmp_path):
    path = tmp_path / "boston.csv"
    path.write_text(boston.DATA.read_text().replace("LSTAT", "STATUS", 1))
    with pytest.raises(UserError) as error:
        boston.load(path)
    assert str(error.value) == (
        f"{path} has no column LSTAT; its first line names CRIM, ZN, INDUS, CHAS, NOX, RM, AGE, "
        "DIS, RAD, TAX, PTRATIO, B, STATUS, MEDV. "
        "Name every feature and the target in the first line, with commas between them."
    )


@pytest.mark.parametrize("header", ["a, b", 'a, "b"', "a,b "])
def test_blanks_around_a_name_are_shown(csv, header):
    with pytest.raises(UserError, match=r"names a, '.*b.*'\. Remove the blanks before and after"):
        read_table(csv(f"{header}\n1,2\n")).frame({"b": "double"})


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(
        UserError, match=r"The rows in .*gone.csv cannot be read: .*\. Give the path"
    ):
        read_table(tmp_path / "gone.csv")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n", "has 0 rows"),
        ("", "has 0 rows"),
        ("a,a\n1,2\n", "names a column 'a' more than once"),
        ("a;b\n1,5;2\n", "has no comma: 'a;b'"),
        ("a\tb\n1\t2\n", "has no comma"),
        ('a;b\n"1,5";2\n', "has no comma: 'a;b'"),
        ('a,b\n1,2\n"1,2\n', r"Line 3 of .* cannot be split into cells: .*\. Close every quote"),
        (f"a,b\n{'x' * 140_000},2\n", "Line 2 of .* cannot be split into cells: .*limit"),
        ("a,b\n1,2\n1,\0\n", r"Line 3 of .* has the character U\+0000"),
        ("a,b\n1,2\n1\n", "Line 3 .* has 1 cells, its header 2"),
        ("a, b;c\n1,5;2,5\n", "cells of .* seem to be separated by ';', with commas inside"),
    ],
)
def test_a_file_that_is_no_table_is_refused(csv, text, message):
    with pytest.raises(UserError, match=message):
        read_table(csv(text))


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "latin1.csv"
    path.write_bytes("größe\n1\n".encode("latin-1"))
    with pytest.raises(UserError, match=r"latin1.csv is not UTF-8: it has the byte 0xf6\. Save"):
        read_table(path)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("a,b\n1,2\n".encode("utf-16"), r"text in UTF-16, as Excel's .*\. Save it as CSV in UTF-8"),
        (b"PK\x03\x04 and more", "a spreadsheet"),
        (b"\x1f\x8b\x08 and more", "compressed by gzip"),
    ],
    ids=["utf-16", "zip", "gzip"],
)
def test_a_file_of_another_kind_is_named(tmp_path, content, kind):
    path = tmp_path / "rows.csv"
    path.write_bytes(content)
    with pytest.raises(UserError, match=f"rows.csv is .*{kind}"):
        read_table(path)
