"""Whole numbers read as arrays."""

from pipeline.queries.columns import integers


def test_the_columns_are_those_of_the_select_in_its_order(in_scope):
    """Given a SELECT of whole numbers, then each column is an array, row by row as the SELECT orders them."""
    found = integers(
        "SELECT n, %(most)s - n FROM generate_series(1, 3) n ORDER BY n DESC", {"most": 2**40}, ("n", "rest")
    )
    assert {name: values.tolist() for name, values in found.items()} == {
        "n": [3, 2, 1],
        "rest": [2**40 - 3, 2**40 - 2, 2**40 - 1],
    }


def test_a_select_without_rows_has_empty_columns(in_scope):
    found = integers("SELECT 1, 2 WHERE false", {}, ("a", "b"))
    assert [values.size for values in found.values()] == [0, 0]
