import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.importing.exporting import neutralise, write_csv


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1+1", "＝1+1", "-", "--1"],
)
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(cell: str) -> None:
    assert neutralise(cell) == "'" + cell


@pytest.mark.parametrize(
    "cell", ["-12", "+33", "-12.50", "-12,5", "2024-12-31", "Acme = Beta", "a@example.com", ""]
)
def test_numbers_dates_and_texts_stay_as_they_are(cell: str) -> None:
    assert neutralise(cell) == cell


def test_a_file_is_quoted_whole_with_headers_and_line_ends_of_the_standard() -> None:
    text = write_csv([["Ann", 12, None], ['say "hi"', "a,b", "=1"]], ["name", "n", "=x"])

    assert text == '"name","n","\'=x"\r\n"Ann","12",""\r\n"say ""hi""","a,b","\'=1"\r\n'


def test_a_mark_tells_the_encoding_when_asked() -> None:
    assert write_csv([], ["a"], mark=True) == '\ufeff"a"\r\n'


@given(
    st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2), max_size=5)
)
def test_what_is_exported_reads_back_and_starts_no_formula(rows: list[list[str]]) -> None:
    _, *read = csv.reader(io.StringIO(write_csv(rows, ["a", "b"]), newline=""))

    assert [[cell.removeprefix("'") for cell in row] for row in read] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    assert not any(cell.startswith(("=", "@")) for row in read for cell in row)
