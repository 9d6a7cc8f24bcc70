"""The write API: activities, contacts and meetings, each row answered for itself, and nothing written for who may not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from pipeline.models import Company
from prospecting.models import Activity, Contact, Meeting
from tenants.actions.api_keys import SCOPES
from tenants.models import Organisation, Person
from tenants.scope import tenant_scope
from tests import factories
from tests.prospecting.activities import contact, leave_alone, segment, target

CALL = {"kind": "contact", "channel": "phone", "day": "2026-02-10"}


def client_with(organisation: Organisation, *scopes: str) -> Client:
    token = factories.api_key(organisation, scopes=scopes)[1]
    return Client(headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def api(atelier: Organisation) -> Client:
    return client_with(atelier, *SCOPES)


@pytest.fixture
def carol_sells(atelier: Organisation) -> Person:
    return factories.person(atelier, "Carol", team=factories.team(atelier), email="carol@atelier.example")


@pytest.fixture
def acme(atelier: Organisation) -> Company:
    return target(atelier, "Acme", segment=segment(atelier), external_id="C-1")


def post(api: Client, path: str, body: Any, **headers: str) -> Any:
    return api.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


def written(organisation: Organisation, model: Any = Activity) -> list[Any]:
    with tenant_scope(organisation.id):
        return list(model.objects.order_by("id"))


# Activities --------------------------------------------------------------------------------------------------


def test_an_activity_is_logged_with_what_was_decided(
    atelier: Organisation, api: Client, carol_sells: Person, acme: Company
) -> None:
    answer = post(api, "activities", {**CALL, "person": str(carol_sells.id), "company": str(acme.id)})
    assert answer.status_code == 201
    told = answer.json()
    assert (told["in_target"], told["is_first"], told["source"]) == (True, True, "api")
    assert [str(one.id) for one in written(atelier)] == [told["id"]]


@pytest.mark.parametrize(
    "whom", [{"company_external_id": "C-1"}, {"company_name": "ACME"}, {"company_name": " acme "}]
)
def test_people_and_companies_are_named_by_what_the_sender_knows(
    atelier: Organisation, api: Client, carol_sells: Person, acme: Company, whom: dict[str, str]
) -> None:
    answer = post(api, "activities", {**CALL, "person_email": "Carol@atelier.example", **whom})
    assert (answer.json()["person"], answer.json()["company"]) == (str(carol_sells.id), str(acme.id))


def test_an_external_id_sent_again_changes_that_activity(
    atelier: Organisation, api: Client, carol_sells: Person
) -> None:
    said = {**CALL, "person": str(carol_sells.id), "external_id": "A-1"}
    first = post(api, "activities", said)
    again = post(api, "activities", {**said, "kind": "conversation"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert [one.kind for one in written(atelier)] == ["conversation"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "sold"}, "kind"),
        ({"day": "2999-01-01"}, "day"),
        ({"quantity": 0}, "quantity"),
        ({"person": "00000000-0000-7000-8000-00000000dead"}, "person"),
        ({"person_email": "nobody@atelier.example"}, "person_email"),
        ({}, "person"),
        ({"company_name": "..."}, "company_name"),
        ({"note": "a" * 301}, "note"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    atelier: Organisation, api: Client, wrong: dict[str, Any], field: str
) -> None:
    answer = post(api, "activities", {**CALL, **wrong})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert field in answer.json()["errors"]
    assert written(atelier) == []


def test_problems_are_told_in_the_readers_language(atelier: Organisation, api: Client) -> None:
    answer = post(api, "activities", {**CALL}, **{"Accept-Language": "fr"})
    assert answer.json()["errors"]["person"] == ["Dites qui c’était."]


def test_who_must_be_left_alone_is_refused_with_the_reason(
    atelier: Organisation, api: Client, carol_sells: Person, acme: Company
) -> None:
    leave_alone(atelier, company=acme)
    answer = post(api, "activities", {**CALL, "person": str(carol_sells.id), "company": str(acme.id)})
    assert "They asked us to stop." in answer.json()["errors"]["company"][0]


def test_a_batch_answers_each_row(
    atelier: Organisation, api: Client, carol_sells: Person, acme: Company
) -> None:
    person = str(carol_sells.id)
    rows = [
        {**CALL, "person": person, "external_id": "A-1", "company": str(acme.id)},
        {**CALL, "person": person, "external_id": "A-1"},
        {**CALL, "person": person, "kind": "sold"},
        "not a row",
        {**CALL, "person": person, "external_id": "A-2", "company_name": "New Forge"},
    ]
    told = post(api, "activities/batch", {"rows": rows}).json()
    assert [one["result"] for one in told["results"]] == [
        *("created", "refused", "refused", "refused", "created")
    ]
    assert (told["created"], told["refused"]) == (2, 3)
    assert list(told["results"][2]["errors"]) == ["kind"]
    again = post(api, "activities/batch", {"rows": rows}).json()
    assert (again["created"], again["unchanged"]) == (0, 2)


@pytest.mark.parametrize("rows", [[], [{}] * 501, None, "rows"])
def test_a_batch_has_1_to_500_rows(atelier: Organisation, api: Client, rows: Any) -> None:
    assert post(api, "activities/batch", {"rows": rows}).status_code == 400


def test_a_batch_of_500_takes_a_fixed_number_of_queries(
    atelier: Organisation, api: Client, carol_sells: Person, acme: Company, django_assert_max_num_queries: Any
) -> None:
    rows = [
        {**CALL, "person": str(carol_sells.id), "company": str(acme.id), "external_id": f"A-{number}"}
        for number in range(500)
    ]
    with django_assert_max_num_queries(25):
        assert post(api, "activities/batch", {"rows": rows}).json()["created"] == 500


def test_the_list_is_filtered_and_paged(
    atelier: Organisation, api: Client, carol_sells: Person, acme: Company
) -> None:
    person = str(carol_sells.id)
    rows = [{**CALL, "person": person, "day": f"2026-02-0{day}"} for day in (1, 2, 3)]
    post(api, "activities/batch", {"rows": [*rows, {**CALL, "person": person, "company": str(acme.id)}]})
    first = api.get("/api/v1/activities", {"page_size": 3}).json()
    assert (len(first["results"]), len(api.get(first["next"]).json()["results"])) == (3, 1)
    assert len(api.get("/api/v1/activities", {"end": "2026-02-02"}).json()["results"]) == 2
    assert len(api.get("/api/v1/activities", {"in_target": "true"}).json()["results"]) == 1
    assert api.get("/api/v1/activities", {"end": "soon"}).status_code == 400


# Contacts ----------------------------------------------------------------------------------------------------


def test_a_contact_is_recorded_and_known_again(atelier: Organisation, api: Client) -> None:
    said = {"name": "Zoe", "email": "zoe@acme.example", "company_name": "Acme", "external_id": "P-1"}
    assert post(api, "contacts", said).status_code == 201
    assert post(api, "contacts", {**said, "job_title": "Buyer"}).status_code == 200
    (zoe,) = written(atelier, Contact)
    assert (zoe.name, zoe.job_title) == ("Zoe", "Buyer")
    (told,) = api.get("/api/v1/contacts", {"email": "ZOE@acme.example"}).json()["results"]
    assert told["id"] == str(zoe.id)


def test_an_erased_contact_is_not_listed(atelier: Organisation, api: Client) -> None:
    contact(atelier, "", erased_at=factories.NOON)
    assert api.get("/api/v1/contacts").json()["results"] == []


# Meetings ----------------------------------------------------------------------------------------------------


def booked(api: Client, carol_sells: Person, acme: Company, **given: Any) -> Any:
    began = timezone.now() - timedelta(hours=2)
    return post(
        api,
        "meetings",
        {
            **{"company": str(acme.id), "host": str(carol_sells.id), "channel": "phone"},
            **{"starts_at": began.isoformat(), **given},
        },
    )


def test_a_meeting_is_booked_held_and_accepted(
    atelier: Organisation, api: Client, carol_sells: Person, acme: Company
) -> None:
    meeting = booked(api, carol_sells, acme).json()
    held = post(api, f"meetings/{meeting['id']}/outcome", {"outcome": "held"})
    accepted = post(api, f"meetings/{meeting['id']}/answer", {"answer": "accept"})
    assert [one.status_code for one in (held, accepted)] == [200, 200]
    assert [one.json()["state"] for one in (held, accepted)] == ["held", "accepted"]


def test_a_host_is_not_booked_twice(
    atelier: Organisation, api: Client, carol_sells: Person, acme: Company
) -> None:
    when = "2027-01-04T09:00:00Z"
    assert booked(api, carol_sells, acme, starts_at=when).status_code == 201
    again = booked(api, carol_sells, acme, starts_at=when)
    assert (again.status_code, list(again.json()["errors"])) == (400, ["starts_at"])


def test_a_booking_known_by_its_external_id_is_answered_with_the_first(
    atelier: Organisation, api: Client, carol_sells: Person, acme: Company
) -> None:
    first = booked(api, carol_sells, acme, external_id="M-1")
    again = booked(api, carol_sells, acme, external_id="M-1", starts_at="2027-01-04T09:00:00Z")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert len(written(atelier, Meeting)) == 1


def test_what_cannot_be_said_of_a_meeting_is_a_conflict(
    atelier: Organisation, api: Client, carol_sells: Person, acme: Company
) -> None:
    meeting = booked(api, carol_sells, acme).json()
    answer = post(api, f"meetings/{meeting['id']}/answer", {"answer": "accept"})
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")


def test_a_meeting_of_nobody_is_not_found(atelier: Organisation, api: Client) -> None:
    path = "meetings/00000000-0000-7000-8000-00000000dead/outcome"
    assert post(api, path, {"outcome": "held"}).status_code == 404


# Scopes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "scope"),
    [("activities", "write:activities"), ("contacts", "write:contacts"), ("meetings", "write:meetings")],
)
def test_each_kind_is_written_with_its_own_scope(atelier: Organisation, path: str, scope: str) -> None:
    others = [one for one in SCOPES if one != scope]
    assert post(client_with(atelier, *others), path, {}).status_code == 403
    assert post(client_with(atelier, scope), path, {}).status_code == 400


def test_a_key_that_reads_does_not_read_personal_data(atelier: Organisation) -> None:
    reader = client_with(atelier, "read")
    assert reader.get("/api/v1/activities").status_code == 200
    assert reader.get("/api/v1/contacts").status_code == 403
