import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from pipeline.domain.importing import spreadsheets
from pipeline.domain.importing.errors import FileError
from pipeline.domain.importing.spreadsheets import canonical
from pipeline.domain.importing.tables import open_table
from tests.pipeline.domain.importing.conftest import import_all


def save(path: Path, rows: list[list[Any]]) -> Path:
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    workbook.save(path)
    return path


def rewrite(path: Path, part: str, change: Any) -> Path:
    """The same workbook with one part of its archive changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def refusal_of(path: Path) -> FileError:
    with pytest.raises(FileError) as refusal:
        open_table(path)
    return refusal.value


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (12.0, "12"),
        (12.5, "12.5"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1.234, "1.2340"),
        (-3.0, "-3"),
        (1234567890123456.0, "1234567890123456"),
        (123456789012345678.0, "1.234568E+17"),  # what was typed is no longer there
        (1e300, "1.000000E+300"),
        (True, "TRUE"),
        (date(2024, 12, 31), "2024-12-31"),
        (datetime(2024, 12, 31), "2024-12-31"),
        (datetime(2024, 12, 31, 14, 5), "2024-12-31T14:05:00"),
        ("text", "text"),
    ],
)
def test_a_typed_cell_has_one_canonical_text(cell: Any, text: str) -> None:
    assert canonical(cell) == text


def test_typed_dates_and_numbers_keep_their_value_under_any_mapping(tmp_path: Path) -> None:
    path = save(
        tmp_path / "deals.xlsx",
        [
            ["id", "stage", "amount", "created"],
            [1001, "Won", 1234.5, date(2024, 3, 4)],
            [1002, "Won", 234.567, datetime(2024, 3, 4, 15, 0)],
            [1003, "Won", "1.234,50", "05/03/2024"],
            [1004, "Won", "1.234", 45356],
        ],
    )

    result = import_all(
        path,
        {"id": "external_id", "stage": "stage", "amount": "amount", "created": "created_on"},
        date_format="DMY",
        decimal=",",
    )

    assert result.errors == []
    assert result.column("external_id") == ["1001", "1002", "1003", "1004"]
    assert result.column("amount") == ["123450", "23457", "123450", "123400"]
    assert result.column("created_on") == ["2024-03-04", "2024-03-04", "2024-03-05", "2024-03-05"]
    assert result.notes["rounded"] == 1


def test_rows_keep_their_spreadsheet_numbers_below_an_offset_header(tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    for place, cell in {"B3": "id", "C3": "name", "B4": 1, "C4": "a", "B7": 2, "C7": "b"}.items():
        sheet[place] = cell
    workbook.save(tmp_path / "offset.xlsx")

    table = open_table(tmp_path / "offset.xlsx")

    assert (table.headers, table.header_row) == (["id", "name"], 3)
    assert next(table.chunks()).frame.index.tolist() == [4, 7]
    assert table.row_count_estimate == 4


def test_the_first_visible_sheet_with_cells_is_read(tmp_path: Path) -> None:
    workbook = Workbook()
    workbook.active.sheet_state = "hidden"
    workbook.active.append(["secret", "name"])
    workbook.create_sheet("Empty")
    deals = workbook.create_sheet("Deals")
    deals.append(["id", "name"])
    deals.append([1, "a"])
    workbook.save(tmp_path / "sheets.xlsx")

    assert open_table(tmp_path / "sheets.xlsx").sheet == "Deals"


def test_a_workbook_without_cells_is_empty(tmp_path: Path) -> None:
    assert refusal_of(save(tmp_path / "empty.xlsx", [])).code == "empty_file"


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "deals.zip", "w") as archive:
        archive.writestr("deals.csv", "id,name\n1,a\n")
    with zipfile.ZipFile(tmp_path / "deals.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")

    assert refusal_of(tmp_path / "deals.zip").code == "zip_archive"
    assert refusal_of(tmp_path / "deals.ods").code == "other_spreadsheet"


def test_a_cut_workbook_is_broken(tmp_path: Path) -> None:
    path = save(tmp_path / "cut.xlsx", [["id", "name"], [1, "a"]])
    path.write_bytes(path.read_bytes()[:-200])

    assert refusal_of(path).code == "broken_spreadsheet"


def test_a_workbook_with_a_damaged_sheet_is_broken(tmp_path: Path) -> None:
    path = save(tmp_path / "damaged.xlsx", [["id", "name"], [1, "a"]])

    rewrite(path, "xl/worksheets/sheet1.xml", lambda content: content[: len(content) // 2])

    assert refusal_of(path).code == "broken_spreadsheet"


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "RATIO_FLOOR", 1024**2)
    path = save(tmp_path / "bomb.xlsx", [["id", "name"], [1, "a"]])

    rewrite(path, "xl/worksheets/sheet1.xml", lambda content: content + b" " * 20 * 1024**2)

    assert refusal_of(path).code == "zip_bomb"


def test_a_cell_at_the_far_corner_is_refused_before_memory_is_taken(tmp_path: Path) -> None:
    path = save(tmp_path / "far.xlsx", [["id", "name"], [1, "a"]])

    rewrite(
        path,
        "xl/worksheets/sheet1.xml",
        lambda content: content.replace(
            b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        ),
    )

    refusal = refusal_of(path)
    assert (refusal.code, refusal.params) == ("sheet_too_big", {"column": "XFD", "row": 1048576})
