"""Files of activities and of contacts, through the imports of the pipeline."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from pipeline.models import Company, RefusedRow
from prospecting.models import Activity, Contact
from tenants.models import Membership, Organisation, Person
from tenants.scope import tenant_scope
from tests import factories
from tests.pipeline.files import counts, imported, settled
from tests.prospecting.activities import contact, leave_alone, segment, target

HEADER = "id,date,outcome,type,person,company,contact,note\n"
ROWS = "A1,2026-02-03,contact,phone,Carol,Acme,Zoe,\nA2,2026-02-02,conversation,email,Carol,Acme,Zoe,Budget\n"


def told() -> list[tuple[str, str, str, bool, bool]]:
    rows = Activity.objects.order_by("external_id")
    return [(one.external_id, one.kind, one.channel, one.in_target, one.is_first) for one in rows]


def test_a_file_of_activities_makes_people_companies_contacts_and_activities(in_scope: Organisation) -> None:
    target(in_scope, segment=segment(in_scope))
    report = imported(in_scope, HEADER + ROWS, kind="activities")
    assert counts(report) == (2, 0, 0, 0)
    assert told() == [
        ("A1", "contact", "phone", True, False),
        ("A2", "conversation", "email", True, True),
    ]
    assert Contact.objects.get().name == "Zoe"
    assert Person.objects.get().name == "Carol"


def test_the_kind_of_file_is_found_from_its_headers(in_scope: Organisation) -> None:
    run = settled(in_scope, HEADER + ROWS, kind="activities")
    assert run.mapping["columns"]["outcome"] == "kind"


def test_the_same_file_again_changes_nothing(in_scope: Organisation) -> None:
    imported(in_scope, HEADER + ROWS, kind="activities")
    before = list(Activity.objects.order_by("id").values())
    assert counts(imported(in_scope, HEADER + ROWS, kind="activities")) == (0, 0, 2, 0)
    assert list(Activity.objects.order_by("id").values()) == before


def test_a_row_that_says_something_else_changes_that_activity(in_scope: Organisation) -> None:
    imported(in_scope, HEADER + ROWS, kind="activities")
    again = ROWS.replace("A2,2026-02-02", "A2,2026-02-04")
    assert counts(imported(in_scope, HEADER + again, kind="activities")) == (0, 1, 1, 0)
    assert [one for *_, one in told()] == [True, False]


def test_an_empty_cell_takes_nothing_away(in_scope: Organisation) -> None:
    imported(in_scope, HEADER + ROWS, kind="activities")
    again = ROWS.replace("Budget", "").replace("Acme,Zoe", ",")
    assert counts(imported(in_scope, HEADER + again, kind="activities")) == (0, 0, 2, 0)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("A1,2026-02-03,sold,phone,Carol,Acme,,", "not_a_choice"),
        ("A1,2026-02-03,contact,pigeon,Carol,Acme,,", "not_a_choice"),
        ("A1,2026-03-11,contact,phone,Carol,Acme,,", "still_to_come"),
        ("A1,2026-02-30,contact,phone,Carol,Acme,,", "not_a_date"),
        (",2026-02-03,contact,phone,Carol,Acme,,", "required"),
        ("A1,2026-02-03,contact,phone,,Acme,,", "required_one_of"),
        ("A1,2026-02-11,contact,phone,Carol,Bouche,,", "left_alone"),
    ],
)
def test_a_wrong_row_is_refused_with_its_reason(in_scope: Organisation, row: str, code: str) -> None:
    leave_alone(in_scope, company=target(in_scope, "Bouche"))
    good = "A9,2026-02-03,contact,phone,Carol,Acme,,\n"
    report = imported(in_scope, f"{HEADER}{row}\n{good}", kind="activities", date_format="ISO")
    assert (report.created, [one["code"] for one in report.errors]) == (1, [code])
    assert RefusedRow.objects.get().code == code


def test_an_identifier_said_twice_is_refused(in_scope: Organisation) -> None:
    report = imported(in_scope, HEADER + ROWS + ROWS.splitlines()[0] + "\n", kind="activities")
    assert [one["code"] for one in report.errors] == ["duplicate_in_file"]


def test_a_segment_is_named_where_no_company_is(in_scope: Organisation) -> None:
    industry = segment(in_scope)
    header = "id,date,outcome,type,person,segment,count\n"
    rows = "A1,2026-02-03,contact,phone,Carol,industry,12\nA2,2026-02-03,contact,phone,Carol,Unheard of,3\n"
    report = imported(in_scope, header + rows, kind="activities")
    assert [one["code"] for one in report.errors] == ["unknown_segment"]
    (one,) = Activity.objects.all()
    assert (one.segment_id, one.quantity, one.in_target) == (industry.id, 12, True)


def test_known_names_only_refuses_who_is_nobody(in_scope: Organisation) -> None:
    report = imported(in_scope, HEADER + ROWS, kind="activities", create_unknown=False)
    assert {one["code"] for one in report.errors} == {"unknown_owner"}
    assert not Company.objects.exists()


CONTACTS = "id,name,email,job title,company,source\n"


def test_a_file_of_contacts_meets_who_is_known(in_scope: Organisation) -> None:
    zoe = contact(in_scope, "Z.", email="zoe@acme.example")
    text = CONTACTS + "C1,Zoe,Zoe@acme.example,Buyer,Acme,fair\nC2,Yann,,,Acme,\n"
    assert counts(imported(in_scope, text, kind="contacts")) == (1, 1, 0, 0)
    zoe.refresh_from_db()
    assert (zoe.name, zoe.external_id, zoe.job_title, zoe.channel) == ("Zoe", "C1", "Buyer", "event")
    assert counts(imported(in_scope, text, kind="contacts")) == (0, 0, 2, 0)


def test_the_page_and_the_command_take_them_too(atelier: Organisation, tmp_path: Path) -> None:
    file = tmp_path / "activities.csv"
    file.write_text(HEADER + ROWS)
    out = StringIO()
    call_command(
        "import_opportunities", str(file), organisation="atelier", kind="activities", json=True, stdout=out
    )
    assert json.loads(out.getvalue())["created"] == 2
    with tenant_scope(atelier.id):
        assert Activity.objects.count() == 2


def test_the_page_offers_the_kinds(alice: Membership) -> None:
    page = factories.client_of(alice).get("/o/atelier/imports/new/").content.decode()
    assert 'value="activities"' in page
    assert 'value="contacts"' in page
