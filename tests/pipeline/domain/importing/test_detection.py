import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.domain.importing.detection import Proposal, detect
from pipeline.domain.importing.kinds import KINDS
from pipeline.domain.importing.mapping import read_mapping
from pipeline.domain.importing.tables import open_table
from tests.pipeline.domain.importing.conftest import STAGES, WriteFile, import_all


def propose(path: Path, **options: object) -> Proposal:
    return detect(open_table(path), stages=STAGES, **options)  # type: ignore[arg-type]


def pipeline_like_maven(seed: int, rows: int) -> list[list[str]]:
    """Rows in the shape of a public pipeline file: blank dates on young deals, lost deals of zero."""
    draw = random.Random(seed)
    agents = [f"Agent {number}" for number in range(30)]
    lines = []
    for number in range(rows):
        stage = draw.choices(["Won", "Lost", "Engaging", "Prospecting"], [48, 28, 18, 6])[0]
        engaged = date(2016, 10, 20) + timedelta(days=draw.randrange(400))
        closed = engaged + timedelta(days=draw.randrange(1, 130))
        lines.append(
            [
                f"OP{number:06d}",
                draw.choice(agents),
                draw.choice(["GTXPro", "GTX Basic", "MG Special"]),
                draw.choice(["Acme Corporation", "Zoomit", ""]),
                stage,
                "" if stage == "Prospecting" else engaged.isoformat(),
                closed.isoformat() if stage in ("Won", "Lost") else "",
                {"Won": str(draw.randrange(38, 30_288)), "Lost": "0"}.get(stage, ""),
            ]
        )
    return lines


HEADERS = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value"


def test_a_pipeline_is_proposed_whole_and_imports_to_the_cent(write_file: WriteFile) -> None:
    rows = pipeline_like_maven(seed=7, rows=2000)
    path = write_file(HEADERS + "\r\n" + "".join(",".join(row) + "\r\n" for row in rows))

    proposal = propose(path)
    result = import_all(
        path, proposal.columns, date_format=str(proposal.date_format), decimal=proposal.decimal
    )

    assert proposal.kind == KINDS["opportunities"]
    assert (proposal.missing, proposal.date_format) == ([], "ISO")
    assert result.errors == []
    assert sum(int(amount or 0) for amount in result.column("amount")) == 100 * sum(
        int(row[7] or 0) for row in rows
    )
    assert result.column("entered_at:Engaging") == [row[5] for row in rows]


def test_the_same_pipeline_with_american_dates_gives_the_same_values(write_file: WriteFile) -> None:
    def american(day: str) -> str:
        return f"{int(day[5:7])}/{int(day[8:])}/{day[:4]}" if day else ""

    rows = pipeline_like_maven(seed=7, rows=500)
    iso = write_file(HEADERS + "\n" + "\n".join(",".join(row) for row in rows), "iso.csv")
    resaved = [[*row[:5], american(row[5]), american(row[6]), row[7]] for row in rows]
    mdy = write_file(HEADERS + "\n" + "\n".join(",".join(row) for row in resaved), "mdy.csv")

    columns = propose(iso).columns
    proposal = propose(mdy)

    assert proposal.date_format == "MDY"
    first = import_all(iso, columns).values
    assert import_all(mdy, proposal.columns, date_format="MDY").values.equals(first)


def test_dates_that_fit_both_ways_are_called_ambiguous(write_file: WriteFile) -> None:
    path = write_file("id,stage,created date\n" + "".join(f"A{n},Won,0{n}/05/2024\n" for n in range(1, 10)))

    assert propose(path).date_format == "ambiguous"


def test_one_late_row_settles_an_ambiguous_column(write_file: WriteFile) -> None:
    rows = "".join(f"A{n},Won,03/05/2024\n" for n in range(12_000))

    assert propose(write_file(f"id,stage,created date\n{rows}B,Won,05/28/2024\n")).date_format == "MDY"


def test_a_column_that_starts_blank_is_read_further(write_file: WriteFile) -> None:
    rows = "".join(f"A{n},Engaging,2024-05-03,\n" for n in range(12_000))
    path = write_file(f"id,stage,created date,close date\n{rows}B,Won,2024-05-03,28/05/2024\n")

    assert propose(path).date_format == "DMY"


@pytest.mark.parametrize(
    ("content", "decimal"),
    [
        ("id;stage;montant\nA1;Won;12\n", ","),
        ("id,stage,montant\nA1,Won,12\n", "."),
        ("id;stage;montant\nA1;Won;12.5\n", "."),
        ('id,stage,montant\nA1,Won,"1 234,5"\n', ","),
    ],
)
def test_the_decimal_mark_comes_from_the_amounts_or_the_delimiter(
    write_file: WriteFile, content: str, decimal: str
) -> None:
    assert propose(write_file(content)).decimal == decimal


def test_samples_are_the_first_distinct_cells(write_file: WriteFile) -> None:
    path = write_file("id,stage\nA1,Won\nA2,Won\nA3,\nA4,Lost\n")

    assert propose(path).samples == {"id": ["A1", "A2", "A3", "A4"], "stage": ["Won", "Lost"]}


def test_a_status_about_something_else_is_left_out(write_file: WriteFile) -> None:
    path = write_file("id,stage,status\nA1,Won,Archived\n")

    assert list(propose(path).columns) == ["id", "stage"]


def test_repeated_identifiers_make_a_history(write_file: WriteFile) -> None:
    path = write_file(
        "deal_id,stage,created_date,amount,name\nA1,Engaging,2024-01-01,1,x\nA1,Won,2024-02-01,1,x\n"
    )

    proposal = propose(path)

    assert proposal.kind == KINDS["history"]
    assert proposal.columns["created_date"] == "entered_at"


def test_a_missing_required_field_is_named(write_file: WriteFile) -> None:
    proposal = propose(write_file("deal name,stage\nA,Won\n"), kind=KINDS["opportunities"])

    assert (proposal.missing, proposal.confidence) == (["external_id"], 0.0)


def test_a_file_of_no_kind_keeps_its_headers_for_the_user(write_file: WriteFile) -> None:
    proposal = propose(write_file("colour,shape\nred,round\n"))

    assert (proposal.kind, [match.header for match in proposal.matches]) == (None, ["colour", "shape"])


def test_formats_follow_the_columns_that_the_user_chose(write_file: WriteFile) -> None:
    path = write_file("id,stage,when\nA1,Won,28/05/2024\n")

    assert propose(path).date_format == "ISO"
    chosen = {"id": "external_id", "stage": "stage", "when": "created_on"}
    assert propose(path, kind=KINDS["opportunities"], columns=chosen).date_format == "DMY"


def test_a_proposal_becomes_a_mapping(write_file: WriteFile) -> None:
    path = write_file("deal_id,deal_stage\nA1,Won\n")

    mapping = read_mapping(propose(path).as_mapping(), open_table(path).headers, STAGES)

    assert dict(mapping.columns) == {"deal_id": "external_id", "deal_stage": "stage"}
