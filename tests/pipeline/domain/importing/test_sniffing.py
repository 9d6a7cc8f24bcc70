import gzip
from pathlib import Path

import pytest
from openpyxl import Workbook

from pipeline.domain.importing.errors import FileError
from pipeline.domain.importing.tables import open_table
from tests.pipeline.domain.importing.conftest import WriteFile

TEXT = "id;étape;montant\n1;Gagné;12,50 €\n2;Perdu;0\n"


@pytest.mark.parametrize(
    ("encoding", "detected"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("cp1252", "cp1252"),
        ("utf-16", "utf-16"),
    ],
)
def test_the_same_text_is_read_from_every_encoding(
    write_file: WriteFile, encoding: str, detected: str
) -> None:
    table = open_table(write_file(TEXT, encoding=encoding))

    assert table.encoding == detected
    assert table.headers == ["id", "étape", "montant"]
    assert next(table.chunks()).frame["montant"].tolist() == ["12,50 €", "0"]


def test_utf16_written_big_end_first_is_read(write_file: WriteFile) -> None:
    table = open_table(write_file(b"\xfe\xff" + TEXT.encode("utf-16-be")))

    assert table.headers == ["id", "étape", "montant"]


def test_an_accent_late_in_the_file_decides_the_encoding(write_file: WriteFile) -> None:
    lines = "id,name\n" + "1,abc\n" * 300_000 + "2,Zoé\n"

    table = open_table(write_file(lines, encoding="cp1252"))

    assert table.encoding == "cp1252"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_found(write_file: WriteFile, delimiter: str, line_end: str) -> None:
    rows = [["id", "name", "amount"], ["1", "Acme", "10"], ["2", "Beta", "20"]]

    table = open_table(write_file(line_end.join(delimiter.join(row) for row in rows)))

    assert table.delimiter == delimiter
    assert next(table.chunks()).frame.to_numpy().tolist() == rows[1:]


def test_decimal_commas_are_not_taken_for_delimiters(write_file: WriteFile) -> None:
    table = open_table(write_file("a;b\n1,5;2,5\n3,5;4,5\n5,5;6,5\n"))

    assert table.delimiter == ";"


def test_a_delimiter_inside_quotation_marks_does_not_count(write_file: WriteFile) -> None:
    table = open_table(write_file('id,name\n1,"Garcia; Gonzales; Cie"\n2,"a; b; c"\n'))

    assert table.delimiter == ","


def test_a_declared_delimiter_is_obeyed_and_its_line_is_not_counted(write_file: WriteFile) -> None:
    table = open_table(write_file("sep=;\na;b\n1;2\n"))

    assert (table.delimiter, table.headers, table.header_row) == (";", ["a", "b"], 1)
    assert next(table.chunks()).frame.index.tolist() == [2]


def test_a_single_column_is_a_table(write_file: WriteFile) -> None:
    table = open_table(write_file("name\nAcme\nBeta\n"))

    assert table.headers == ["name"]


def test_the_content_decides_and_not_the_name(write_file: WriteFile, tmp_path: Path) -> None:
    workbook = Workbook()
    workbook.active.append(["id", "name"])
    workbook.active.append([1, "Acme"])
    workbook.save(tmp_path / "really.csv")

    assert open_table(tmp_path / "really.csv").sheet == "Sheet"
    assert open_table(write_file("id,name\n1,Acme\n", name="really.xlsx")).delimiter == ","


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\n\n \n", "empty_file"),
        (b"id,name\n", "no_rows"),
        (b"id,name\n\n,\n", "no_rows"),
        (b"id,name,name\n1,2,3\n", "doubled_headers"),
        (b"OP1,Moses Frase,2016-10-20,1054\nOP2,Ann,2016-10-21,10\n", "no_header"),
        (b"1,2,3\n4,5,6\n", "no_header"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_spreadsheet"),
        (b"%PDF-1.7 ...", "not_a_table"),
        (b"\x89PNG\r\n\x1a\n", "not_a_table"),
        (gzip.compress(b"id,name\n1,2\n", mtime=0), "zip_archive"),
        (b"<html><table><tr><td>id</td></tr></table>", "html_file"),
        ("id,name\n1,Zoé\n".encode("utf-16-le"), "not_a_table"),
        (bytes(range(256)) * 40, "not_a_table"),
        ("id,prénom\n1,René\n".encode("mac-roman") + b"2,\x8f\n", "unknown_encoding"),
        ("id,prénom\n1,René Zoé Noël\n".encode() + b"2,Ren\xe9\n", "broken_encoding"),
        (b'id,name\n1,"Acme\n2,Beta\n', "unclosed_quote"),
        (b'id,name\n1,"' + b"a" * 140_000 + b'"\n', "cell_too_long"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_its_reason(
    write_file: WriteFile, content: bytes, code: str
) -> None:
    path = write_file(content)

    with pytest.raises(FileError) as refusal:
        list(open_table(path).chunks())

    assert refusal.value.code == code
    assert "{" not in str(refusal.value)


def test_the_line_of_a_damaged_character_is_told(write_file: WriteFile) -> None:
    path = write_file("id,prénom\n1,René Zoé\n".encode() + b"2,Ren\xe9\n")

    with pytest.raises(FileError) as refusal:
        open_table(path)

    assert refusal.value.params == {"line": 3}


def test_a_file_above_the_limit_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024 + 1)

    with pytest.raises(FileError) as refusal:
        open_table(path)

    assert refusal.value.code == "too_large"
