import csv
import io
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.domain.importing import tables
from pipeline.domain.importing.errors import FileError
from pipeline.domain.importing.tables import Chunk, open_table
from tests.pipeline.domain.importing.conftest import WriteFile


def only_chunk(path: Path) -> Chunk:
    (chunk,) = open_table(path).chunks()
    return chunk


def test_rows_are_numbered_as_a_spreadsheet_shows_them(write_file: WriteFile) -> None:
    chunk = only_chunk(write_file("id,name\n1,a\n\n2,b\n,\n3,c\n"))

    assert chunk.frame.index.tolist() == [2, 4, 6]


def test_a_line_break_inside_a_cell_does_not_shift_the_numbers(write_file: WriteFile) -> None:
    chunk = only_chunk(write_file('id,name\n1,"two\nlines"\n2,b\n'))

    assert chunk.frame["name"].tolist() == ["two\nlines", "b"]
    assert chunk.frame.index.tolist() == [2, 3]


def test_rows_of_another_width_are_set_aside_and_the_others_kept(write_file: WriteFile) -> None:
    chunk = only_chunk(write_file("id,name\n1,a\n2\n3,b,c\n4,d\n"))

    assert chunk.frame["id"].tolist() == ["1", "4"]
    assert [(error.row, error.code, error.params, cells) for error, cells in chunk.misshapen] == [
        (3, "too_few_cells", {"found": 1, "expected": 2}, ["2"]),
        (4, "too_many_cells", {"found": 3, "expected": 2}, ["3", "b", "c"]),
    ]


def test_empty_cells_beyond_the_header_are_not_cells(write_file: WriteFile) -> None:
    chunk = only_chunk(write_file("id,name,,\n1,a,,\n2,b\n"))

    assert chunk.frame.columns.tolist() == ["id", "name"]
    assert chunk.frame["id"].tolist() == ["1", "2"]


def test_wrong_quotation_marks_refuse_one_row(write_file: WriteFile) -> None:
    chunk = only_chunk(write_file('id,name\n1,"a"b\n2,c\n3,5" pipe\n'))

    assert chunk.frame["name"].tolist() == ["c", '5" pipe']
    assert [(error.row, error.code) for error, _ in chunk.misshapen] == [(2, "bad_quotes")]


def test_a_header_in_the_middle_of_joined_exports_is_set_aside(write_file: WriteFile) -> None:
    chunk = only_chunk(write_file("id,name\n1,a\nid,name\n2,b\n"))

    assert chunk.frame["id"].tolist() == ["1", "2"]
    assert [(error.row, error.code) for error, _ in chunk.misshapen] == [(3, "repeated_header")]


def test_a_title_above_the_table_is_passed_over(write_file: WriteFile) -> None:
    table = open_table(write_file("Pipeline of March\n\nid,name\n1,a\n"))

    assert (table.headers, table.header_row) == (["id", "name"], 3)
    assert next(table.chunks()).frame.index.tolist() == [4]


def test_a_column_without_a_name_is_numbered(write_file: WriteFile) -> None:
    assert open_table(write_file("id,,name\n1,x,a\n")).headers == ["id", "Column 2", "name"]


def test_headers_are_trimmed_and_on_one_line(write_file: WriteFile) -> None:
    assert open_table(write_file('" id ","close\n date"\n1,2\n')).headers == ["id", "close date"]


def test_chunks_of_a_size_cover_every_row_once(write_file: WriteFile) -> None:
    content = "id,name\n" + "".join(f"{number},n\n" for number in range(1000))
    table = open_table(write_file(content))

    chunks = list(table.chunks(300))

    assert [len(chunk.frame) for chunk in chunks] == [299, 300, 300, 101]
    assert [cell for chunk in chunks for cell in chunk.frame["id"]] == [str(n) for n in range(1000)]
    assert table.row_count_estimate == 1000


def test_a_file_with_too_many_rows_is_refused(write_file: WriteFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_ROWS", 10)
    table = open_table(write_file("id\n" + "1\n" * 11))

    with pytest.raises(FileError) as refusal:
        list(table.chunks())

    assert refusal.value.code == "too_many_rows"


def test_a_file_with_too_many_columns_is_refused(write_file: WriteFile) -> None:
    path = write_file(",".join(f"c{n}" for n in range(501)) + "\n" + ",".join(["x"] * 501))

    with pytest.raises(FileError) as refusal:
        open_table(path)

    assert refusal.value.code == "too_many_columns"


def test_a_small_chunk_costs_little_memory(write_file: WriteFile) -> None:
    """A chunk holds its own rows only: the cells of earlier chunks are let go."""
    content = "id,name\n" + "".join(f"{number},name {number}\n" for number in range(20_000))
    first_cell = None
    for chunk in open_table(write_file(content)).chunks(5_000):
        if first_cell is None:
            first_cell = chunk.frame["name"].iloc[0]

    assert sys.getrefcount(first_cell) <= 3


cell = st.text(
    alphabet=st.characters(codec="cp1252", exclude_categories=["Cc", "Cs"]) | st.sampled_from('\n",;|\t'),
    min_size=1,
    max_size=12,
).filter(lambda text: text.strip())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(
    rows=st.lists(st.lists(cell, min_size=3, max_size=3), min_size=3, max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    quotes_all=st.booleans(),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_what_was_written_is_read_whatever_the_dialect(
    tmp_path: Path, rows: list[list[str]], delimiter: str, encoding: str, quotes_all: bool, line_end: str
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(
        text,
        delimiter=delimiter,
        quoting=csv.QUOTE_ALL if quotes_all else csv.QUOTE_MINIMAL,
        lineterminator=line_end,
    )
    writer.writerow(["identifier", "étape", "amount"])
    writer.writerows(rows)
    path = tmp_path / "round.csv"
    path.write_bytes(text.getvalue().encode(encoding))

    (chunk,) = open_table(path).chunks()

    assert chunk.frame.to_numpy().tolist() == rows
