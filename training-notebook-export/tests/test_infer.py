import shlex

import pytest

from training.csv_files import read_table
from training.errors import UserError
from training.infer import check_target, infer_missing, infer_types


@pytest.fixture
def column(csv):
    """Return a table of the column a with these cells, and of a column that is never empty."""

    def make(cells):
        return read_table(csv("a,b\n" + "".join(f"{cell},x\n" for cell in cells)))

    return make


def infer(table):
    return infer_types(table, ["a"], "float")["a"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "2.5", "-3e4"], "float"),
        (["1", "2", "3"], "float"),
        (["0", "1", "1"], "float"),
        (["1", "", "3"], "float"),
        (["true", "False", "TRUE"], "bool"),
        (["true", "", "false"] * 4, "string"),
        (["red", "green", "red"] * 4, "string"),
        (["red", "", "red"] * 4, "string"),
        (["1", "2a", "2a"] * 4, "string"),
    ],
)
def test_cells_determine_the_type_of_their_column(column, cells, expected):
    assert infer(column(cells)) == expected


def test_a_column_with_an_empty_cell_may_be_missing(column):
    assert infer_missing(column(["1", "", "3"]), ["a", "b"]) == ["a"]


def test_a_column_without_any_value_is_refused(column):
    with pytest.raises(UserError, match=r"Column a of .* is empty\. Remove it, or name"):
        infer(column(["", ""]))


def test_a_column_without_a_name_is_refused(csv):
    table = read_table(csv(",b\n1,2\n"))
    with pytest.raises(UserError, match=r"A column of .* has no name\. Name it in the first line"):
        infer_types(table, table.header, "double")


def test_a_column_that_is_not_there_is_named(column):
    with pytest.raises(UserError, match="has no column z; its first line names a, b"):
        infer_types(column(["1"]), ["z"], "double")


@pytest.mark.parametrize("cell", ["N/A", "nan", "1;5", " "])
def test_a_text_among_numbers_is_named(column, tmp_path, cell):
    with pytest.raises(UserError) as error:
        infer(column(["1", cell, "3", ""]))
    assert str(error.value) == (
        f"Line 3 of {tmp_path / 'rows.csv'} holds {cell!r}, in column a. Most of column a is "
        "numbers. Correct the cell, or leave it empty if the value is missing, or add "
        f"--na-values {shlex.quote(cell)} if that stands for a missing value."
    )


@pytest.mark.parametrize(
    ("categories", "rows", "most"),
    [(50, 250, None), (51, 1000, 50), (20, 100, None), (21, 100, 20)],
)
def test_a_category_has_few_values(column, tmp_path, categories, rows, most):
    table = column([f"category {row % categories}" for row in range(rows)])
    if most is None:
        assert infer(table) == "string"
        return
    with pytest.raises(UserError) as error:
        infer(table)
    assert str(error.value) == (
        f"Column a of {tmp_path / 'rows.csv'} holds {categories} different texts, such as "
        f"'category 0'; as a category, it may hold {most} in {rows} rows. Put them into fewer "
        "categories, or name the columns to use with --features A,B,C."
    )


def test_a_category_that_the_function_cannot_take_is_refused(column):
    with pytest.raises(UserError, match=r"Line 4 of .* holds 'b🏠', with a character .* column a"):
        infer(column(["a", "特", "b🏠", *["a", "特"] * 9]))


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (['"$1,234"', "$5"], "'$1,234', a number with a currency or percent sign"),
        (["12 €", "7.50 €"], "'12 €', a number with a currency or percent sign"),
        (["12%", "7 %"], "'12%', a number with a currency or percent sign"),
        (['"1,234"', '"12,000"'], "'1,234', a number with thousands separators"),
        (['"0,346"', '"0,812"'], "'0,346', a number with a decimal comma"),
        (["1 234", "12 000"], "'1 234', a number with thousands separators"),
        (["1.234.567", "2.000.000"], "'1.234.567', a number with thousands separators"),
        (['"1,5"', '"22,25"'], "'1,5', a number with a decimal comma"),
        (['"1934,0"', '"19345,25"'], "'1934,0', a number with a decimal comma"),
        (['"1.234,5"', '"22,25"'], "'1.234,5', a number with a decimal comma"),
    ],
)
def test_numbers_written_otherwise_are_refused_as_such(column, found, cells):
    with pytest.raises(UserError) as error:
        infer(column(cells * 3))
    message = str(error.value)
    assert f"line 2, column a: {found}" in message
    assert message.endswith(
        "Write digits and a decimal point only, such as 1234.5, or add --categories a if it holds "
        "categories."
    )


def test_a_target_written_otherwise_is_refused_as_such(column):
    with pytest.raises(UserError) as error:
        check_target(column(["$1.50", "$2", "3"]), "a")
    assert "line 2, column a: '$1.50', a number with a currency or percent sign" in str(error.value)
    assert str(error.value).endswith("Write digits and a decimal point only, such as 1234.5.")


@pytest.mark.parametrize("cell", ["31.12.2025", "12/31/2025", "2025/12/31"])
def test_dates_written_otherwise_are_refused_as_such(column, cell):
    with pytest.raises(UserError, match=r"Write dates as 2026-01-31: their parts become features"):
        infer(column([cell] * 9))


def test_all_faults_of_all_columns_are_listed(csv):
    table = read_table(csv("a,b,c\n" + "1,$2,5\n" * 3 + "x,$3,5\n" + "y,$3,\n" + "6,$1,5\n"))
    with pytest.raises(UserError) as error:
        infer_types(table, ["a", "b", "c"], "double")
    message = str(error.value)
    assert message.startswith(f"2 columns of {table.path} cannot be used.\n- ")
    assert "line 5, column a: 'x'; line 6, column a: 'y'. Most of column a is numbers" in message
    assert "line 2, column b: '$2', a number with a currency" in message


def test_a_column_can_be_named_as_one_of_categories(column):
    numbers = [f"{number:05}" for number in range(250)]
    assert infer_types(column(numbers), ["a"], "double", ["a"]) == {"a": "string"}
    with pytest.raises(UserError, match=r"holds 256 different texts, .*it may hold 255 in 256 row"):
        infer_types(column([str(each) for each in range(256)]), ["a"], "double", ["a"])
