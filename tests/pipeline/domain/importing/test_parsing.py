import json

import pytest

from pipeline.domain.importing.errors import message
from pipeline.domain.importing.rules import ImportSettings
from tests.pipeline.domain.importing.conftest import STAGES, WriteFile, import_all

DEALS = {"id": "external_id", "stage": "stage"}


def test_good_rows_are_typed_and_bad_rows_refused_with_reasons(write_file: WriteFile) -> None:
    path = write_file(
        "id;stage;amount;created;owner\n"
        "A1;Engaging;1 234,50 €;31/12/2024; Ann \n"
        "A2;Engaging;12.5.1;31/12/2024;Bob\n"
        ";Engaging;1;12/31/2024;Bob\n"
        "A4;Engaging;1\n"
        "A5;Won;;;\n"
    )

    result = import_all(
        path,
        {**DEALS, "amount": "amount", "created": "created_on", "owner": "owner_name"},
        date_format="DMY",
        decimal=",",
    )

    assert result.values.index.tolist() == [2, 6]
    assert result.column("amount") == ["123450", ""]
    assert result.column("created_on") == ["2024-12-31", ""]
    assert result.column("owner_name") == ["Ann", ""]
    assert result.errors == [
        (3, "amount", "not_an_amount"),
        (4, "id", "required"),
        (4, "created", "not_a_date"),
        (5, "", "too_few_cells"),
    ]
    assert result.refused == [
        (3, ["A2", "Engaging", "12.5.1", "31/12/2024", "Bob"]),
        (4, ["", "Engaging", "1", "12/31/2024", "Bob"]),
        (5, ["A4", "Engaging", "1"]),
    ]


def test_a_reason_can_be_told_in_words(write_file: WriteFile) -> None:
    result = import_all(
        write_file("id,stage,created\nA1,Won,soon\n"), {**DEALS, "created": "created_on"}, date_format="DMY"
    )

    text = message("not_a_date", json.loads(result.params[0]))

    assert text == "“soon” is not a date in the format 31/12/2024."


def test_a_second_row_of_an_identifier_names_the_first_across_chunks(write_file: WriteFile) -> None:
    rows = [f"A{number},Won" for number in range(10)]
    path = write_file("id,stage\n" + "\n".join([*rows, "A9,Lost", "A0,Lost", "a0,Lost"]))

    result = import_all(path, DEALS, size=4)

    assert result.errors == [(12, "id", "duplicate_in_file"), (13, "id", "duplicate_in_file")]
    assert [json.loads(params) for params in result.params] == [
        {"value": "A9", "first_row": 11},
        {"value": "A0", "first_row": 2},
    ]
    assert len(result.values) == 11


def test_a_history_may_repeat_its_identifiers(write_file: WriteFile) -> None:
    path = write_file("id,stage,on\nA1,Engaging,2024-01-01\nA1,Won,2024-02-01\nA1,Won,2024-02-01\n")

    result = import_all(path, {**DEALS, "on": "entered_at"}, kind="history")

    assert result.errors == []
    assert result.column("entered_at") == ["2024-01-01", "2024-02-01", "2024-02-01"]


@pytest.mark.parametrize(
    ("kind", "content", "columns"),
    [
        ("companies", "name\nAcme Corp\nACME corp.\n", {"name": "name"}),
        ("products", "name\nGTX Pro\nGTXPro\n", {"name": "name"}),
        ("teams", "agent\nZoé Petit\nzoe petit\n", {"agent": "owner_name"}),
    ],
)
def test_names_with_the_same_key_are_one(
    write_file: WriteFile, kind: str, content: str, columns: dict[str, str]
) -> None:
    result = import_all(write_file(content), columns, kind=kind)

    assert [error[2] for error in result.errors] == ["duplicate_in_file"]


def test_a_person_may_be_in_two_teams_from_two_dates(write_file: WriteFile) -> None:
    path = write_file("agent,team,from\nAnn,North,2024-01-01\nAnn,South,2024-07-01\nAnn,West,2024-07-01\n")

    result = import_all(
        path, {"agent": "owner_name", "team": "team", "from": "start_on"}, kind="teams", date_format="ISO"
    )

    assert result.column("team") == ["North", "South"]
    assert result.errors == [(4, "agent", "duplicate_in_file")]


def test_a_team_row_needs_a_name_or_an_address(write_file: WriteFile) -> None:
    path = write_file("agent,mail,team\nAnn,,North\n,bob@example.com,North\n,,South\n")

    result = import_all(path, {"agent": "owner_name", "mail": "owner_email", "team": "team"}, kind="teams")

    assert len(result.values) == 2
    assert result.errors == [(4, "agent", "required_one_of")]


@pytest.mark.parametrize(
    ("fte", "code"), [("0", "too_small"), ("2.5", "too_great"), ("half", "not_a_number")]
)
def test_a_capacity_that_is_not_credible_is_refused(write_file: WriteFile, fte: str, code: str) -> None:
    result = import_all(
        write_file(f"agent,fte\nAnn,{fte}\n"), {"agent": "owner_name", "fte": "fte"}, kind="teams"
    )

    assert result.errors == [(2, "fte", code)]


def test_amounts_of_another_currency_are_refused(write_file: WriteFile) -> None:
    path = write_file(
        "id,stage,amount,currency\nA1,Won,10,EUR\nA2,Won,10,\nA3,Won,10,USD\nA4,Won,$10,EUR\nA5,Won,10,€\n"
    )

    result = import_all(path, {**DEALS, "amount": "amount", "currency": "currency"})

    assert result.errors == [(4, "currency", "other_currency"), (5, "amount", "other_currency")]
    assert "currency" not in result.values


def test_a_lost_deal_of_zero_stays_zero(write_file: WriteFile) -> None:
    result = import_all(write_file("id,stage,amount\nA1,Lost,0\nA2,Lost,\n"), {**DEALS, "amount": "amount"})

    assert result.column("amount") == ["0", ""]


@pytest.mark.parametrize(
    ("field", "cell", "code"),
    [
        ("contract_months", "-12", "too_small"),
        ("contract_months", "1.5", "not_whole"),
        ("contract_months", "9999", "too_great"),
        ("recurring_amount", "-1", "too_small"),
        ("owner_email", "ann", "not_an_email"),
        ("name", "x" * 256, "too_long"),
        ("name", "a\x00b", "control_character"),
        ("created_on", "01/02/24", "two_digit_year"),
        ("external_id", "1.23457E+11", "damaged_identifier"),
    ],
)
def test_a_bad_cell_refuses_its_row(write_file: WriteFile, field: str, cell: str, code: str) -> None:
    columns = {"cell": field, "stage": "stage"} | ({} if field == "external_id" else {"id": "external_id"})

    result = import_all(write_file(f"id,stage,cell\nA1,Won,{cell}\nA2,Won,\n"), columns)

    assert (2, "cell", code) in result.errors


def test_a_margin_may_be_a_share_of_the_amount(write_file: WriteFile) -> None:
    path = write_file("id,stage,amount,margin\nA1,Won,1000,35 %\nA2,Won,1000,120.50\nA3,Won,,35 %\n")

    result = import_all(path, {**DEALS, "amount": "amount", "margin": "margin"})

    assert result.column("margin") == ["35000", "12050"]
    assert result.errors == [(4, "margin", "share_without_amount")]


def test_a_close_before_the_creation_is_refused(write_file: WriteFile) -> None:
    path = write_file("id,stage,created,closed\nA1,Won,2024-02-01,2024-01-31\nA2,Won,2024-02-01,2024-02-01\n")

    result = import_all(path, {**DEALS, "created": "created_on", "closed": "closed_on"})

    assert result.errors == [(2, "closed", "closed_before_created")]


def test_a_close_date_on_an_open_deal_is_the_expected_one(write_file: WriteFile) -> None:
    path = write_file(
        "id,stage,close,expected\n"
        "A1,Engaging,2024-05-01,\n"
        "A2,engaging,2024-05-01,2024-06-01\n"
        "A3,Won,2024-05-01,\n"
        "A4,Closed Lost,2024-05-01,\n"
        "A5,Won,,\n"
    )

    result = import_all(path, {**DEALS, "close": "closed_on", "expected": "expected_close_on"})

    assert result.column("closed_on") == ["", "", "2024-05-01", "2024-05-01", ""]
    assert result.column("expected_close_on") == ["2024-05-01", "2024-06-01", "", "", ""]
    assert result.notes == {"closed_on_open_row": 2, "closed_without_date": 1}


def test_a_status_of_won_or_lost_closes_the_deal_at_its_stage(write_file: WriteFile) -> None:
    path = write_file(
        "id,stage,status,won,lost\n"
        "A1,Engaging,Open,,\n"
        "A2,Engaging,Won,2024-05-01,\n"
        "A3,Prospecting,Lost,,2024-06-01\n"
        "A4,Won,Won,2024-07-01,\n"
    )

    result = import_all(path, {**DEALS, "status": "status", "won": "won_on", "lost": "lost_on"})

    assert result.column("stage") == ["Engaging", "Won", "Lost", "Won"]
    assert result.column("stage_before_close") == ["", "Engaging", "Prospecting", ""]
    assert result.column("closed_on") == ["", "2024-05-01", "2024-06-01", "2024-07-01"]
    assert "status" not in result.values
    assert result.notes["stage_from_status"] == 2


def test_a_status_takes_the_organisations_name_of_the_closed_stage(write_file: WriteFile) -> None:
    settings = ImportSettings("EUR", stages={"Devis": "open", "Signé": "won", "Gagné bis": "won"})

    result = import_all(
        write_file("id,stage,status\nA1,Devis,gagné\n"), {**DEALS, "status": "status"}, settings=settings
    )

    assert result.column("stage") == ["Signé"]


def test_a_company_is_not_its_own_parent(write_file: WriteFile) -> None:
    result = import_all(
        write_file("name,parent\nAcme,ACME\nBeta,Acme\n"),
        {"name": "name", "parent": "parent_company"},
        kind="companies",
    )

    assert result.errors == [(2, "parent", "own_parent")]


def test_entries_into_stages_are_dated_columns(write_file: WriteFile) -> None:
    result = import_all(
        write_file("id,stage,engaged\nA1,Won,2024-01-05\nA2,Engaging,\n"),
        {**DEALS, "engaged": "entered_at:Engaging"},
    )

    assert result.column("entered_at:Engaging") == ["2024-01-05", ""]


def test_a_file_with_only_bad_rows_has_no_values(write_file: WriteFile) -> None:
    result = import_all(write_file("id,stage\nA1\nA2\n"), DEALS)

    assert (len(result.values), len(result.errors), len(result.refused)) == (0, 2, 2)


def test_the_stages_of_the_fixture_are_of_every_kind() -> None:
    assert set(STAGES.values()) == {"open", "won", "lost"}
