import pytest

from training.data import read_table
from training.errors import UserError
from training.infer import infer_missing, infer_types


@pytest.fixture
def column(csv):
    """Return a table of the column a with these cells, beside a column that is never empty."""

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
def test_cells_tell_the_type_of_their_column(column, cells, expected):
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
        f"Line 3 of {tmp_path / 'rows.csv'} holds {cell!r}, in column a, most of which is numbers. "
        "Correct the cell, or leave it empty if the value is missing."
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
    with pytest.raises(UserError, match=r"Line 4 of .* holds 'b🏠', in column a, with a character"):
        infer(column(["a", "特", "b🏠"] * 5))
