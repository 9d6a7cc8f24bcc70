import json
from typing import Any

import pytest

from pipeline.domain.importing.errors import MappingError, message
from pipeline.domain.importing.mapping import load_mapping, read_mapping

HEADERS = ["Deal ID", "Stage", "Montant", "Engaged"]
COLUMNS = {"Deal ID": "external_id", "Stage": "stage"}


def document(**changes: Any) -> dict[str, Any]:
    return {"kind": "opportunities", "columns": COLUMNS, "date_format": "DMY", "decimal": ",", **changes}


def test_a_mapping_reads_and_writes_the_same_document() -> None:
    mapping = read_mapping(document(), HEADERS)

    assert mapping.as_dict() == document()
    assert read_mapping(json.loads(json.dumps(mapping.as_dict())), HEADERS) == mapping


def test_formats_may_be_left_out() -> None:
    mapping = load_mapping('\ufeff{"kind": "products", "columns": {"Nom": "name"}}', ["Nom"])

    assert (mapping.date_format, mapping.decimal) == ("ISO", ".")


@pytest.mark.parametrize(
    ("kind", "alias", "field"),
    [
        ("opportunities", "account", "company"),
        ("opportunities", "rep", "owner_name"),
        ("companies", "account", "name"),
        ("teams", "office", "parent_team"),
        ("teams", "region", "parent_team"),
        ("teams", "manager", "manager_name"),
        ("teams", "agent", "owner_name"),
    ],
)
def test_common_names_of_fields_are_accepted(kind: str, alias: str, field: str) -> None:
    needed = {"opportunities": COLUMNS, "companies": {}, "teams": {"Stage": "owner_email"}}[kind]

    mapping = read_mapping({"kind": kind, "columns": {**needed, "Montant": alias}}, HEADERS)

    assert mapping.columns["Montant"] == field


def test_headers_may_differ_in_case_and_columns_may_be_left_out() -> None:
    columns = {"deal id": "external_id", "STAGE": "stage", "Montant": "", "Engaged": None}

    assert read_mapping(document(columns=columns), HEADERS).columns == COLUMNS


def test_an_entry_into_a_stage_takes_the_organisations_spelling() -> None:
    columns = {**COLUMNS, "Engaged": "entered_at: engaging"}

    mapping = read_mapping(document(columns=columns), HEADERS, stages=["Engaging", "Won"])

    assert mapping.columns["Engaged"] == "entered_at:Engaging"


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"kind": "deals"}, ["mapping_unknown_kind"]),
        ({"kind": None}, ["mapping_unknown_kind"]),
        ({"columns": []}, ["mapping_not_object"]),
        ({"columns": {}}, ["mapping_no_columns", "mapping_missing_field", "mapping_missing_field"]),
        ({"columns": {**COLUMNS, "Montant": "montant"}}, ["mapping_unknown_field"]),
        ({"columns": {**COLUMNS, "Montant": "entered_at"}}, ["mapping_unknown_field"]),
        ({"columns": {**COLUMNS, "Montant": "entered_at:"}}, ["mapping_unknown_stage"]),
        ({"columns": {**COLUMNS, "Montant": "entered_at:Nowhere"}}, ["mapping_unknown_stage"]),
        ({"columns": {**COLUMNS, "Amount": "amount"}}, ["mapping_unknown_header"]),
        ({"columns": {"Deal ID": "external_id"}}, ["mapping_missing_field"]),
        ({"columns": {**COLUMNS, "Montant": "stage"}}, ["mapping_doubled_field"]),
        ({"kind": "teams", "columns": {"Stage": "team"}}, ["mapping_missing_field"]),
        ({"date_format": "ambiguous"}, ["mapping_bad_date_format"]),
        ({"date_format": ["DMY"]}, ["mapping_bad_date_format"]),
        ({"decimal": ";"}, ["mapping_bad_decimal"]),
        ({"decimals": ","}, ["mapping_unknown_entry"]),
        (
            {"date_format": "YMD", "decimal": "", "x": 1},
            ["mapping_unknown_entry", "mapping_bad_date_format", "mapping_bad_decimal"],
        ),
    ],
)
def test_a_wrong_mapping_is_refused_with_every_reason(changes: dict[str, Any], codes: list[str]) -> None:
    with pytest.raises(MappingError) as refusal:
        read_mapping(document(**changes), HEADERS, stages=["Engaging"])

    assert [problem.code for problem in refusal.value.problems] == codes
    assert all("{" not in message(problem.code, problem.params) for problem in refusal.value.problems)


@pytest.mark.parametrize(("text", "code"), [("{", "mapping_not_json"), ("[]", "mapping_not_object")])
def test_a_mapping_that_is_no_json_object_is_refused(text: str, code: str) -> None:
    with pytest.raises(MappingError) as refusal:
        load_mapping(text, HEADERS)

    assert [problem.code for problem in refusal.value.problems] == [code]
