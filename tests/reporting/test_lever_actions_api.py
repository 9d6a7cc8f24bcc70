"""Lever actions by the API: the same actions as the pages, refused by the field, done once under an Idempotency-Key."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from time_machine import travel

from reporting.models import LeverAction
from tests import factories
from tests.reporting import builders
from tests.reporting.builders import Quarter
from tests.reporting.test_lever_actions import TODAY, planned

ADDRESS = "/api/v1/lever-actions"


@pytest.fixture
def api(quarter: Quarter) -> Client:
    token = factories.api_key(quarter.organisation, scopes=("read", "write:lever-actions"))[1]
    return Client(headers={"Authorization": f"Bearer {token}"})


def body(quarter: Quarter, **given: Any) -> dict[str, Any]:
    return {
        "cycle": str(quarter.cycle.pk), "lever": "follow_up", "team": str(quarter.north.pk), "owner": str(quarter.carol.pk),
        "start_on": "2026-02-16", "review_on": "2026-03-16", "expected_effect": "96000.00", "note": "Call back",
        "steps": ["List them", "Call them"], **given,
    }  # fmt: skip


def post(api: Client, path: str, data: Any, **headers: str) -> Any:
    return api.post(ADDRESS + path, data, content_type="application/json", headers=headers)


@travel(TODAY, tick=False)
def test_an_action_is_planned_begun_ticked_and_reviewed(quarter: Quarter, api: Client) -> None:
    answer = post(api, "", body(quarter))
    assert answer.status_code == 201
    made = answer.json()
    assert (made["state"], made["expected_effect"], made["measured_effect"]) == ("planned", "96000.00", None)

    assert post(api, f"/{made['id']}/move", {"move": "start"}).json()["state"] == "running"
    assert [one["done"] for one in post(api, f"/{made['id']}/steps", {"done": [1]}).json()["steps"]] == [
        False,
        True,
    ]
    assert "conclusion" in post(api, f"/{made['id']}/move", {"move": "review"}).json()["errors"]
    over = post(api, f"/{made['id']}/move", {"move": "review", "conclusion": "Go on"}).json()
    assert (over["state"], over["conclusion"], over["over_on"]) == ("reviewed", "Go on", "2026-02-12")
    assert post(api, f"/{made['id']}/move", {"move": "start"}).status_code == 409


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"review_on": "2026-02-01"}, "review_on"),
        ({"expected_effect": "lots"}, "expected_effect"),
        ({"note": ""}, "note"),
        ({"steps": ["x" * 201]}, "steps"),
        ({"owner": "00000000-0000-7000-8000-00000000dead"}, "owner"),
        ({"person": "carol"}, "person"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    quarter: Quarter, api: Client, given: dict[str, Any], field: str
) -> None:
    answer = post(api, "", body(quarter, **given))
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {field}


@travel(TODAY, tick=False)
def test_an_action_is_worded_anew_and_a_step_that_stays_stays_done(quarter: Quarter, api: Client) -> None:
    made = post(api, "", body(quarter)).json()
    post(api, f"/{made['id']}/steps", {"done": [0]})
    wording = {name: value for name, value in body(quarter, note="Write first").items() if name != "cycle"}
    headers = {"Idempotency-Key": "reword-1"}

    first, again = (
        post(api, f"/{made['id']}/wording", wording | {"steps": ["Write", "List  them"]}, **headers)
        for _ in range(2)
    )

    assert (first.status_code, first.content, again["Idempotent-Replayed"]) == (200, again.content, "true")
    said = first.json()
    assert (said["note"], said["state"], said["expected_effect"]) == ("Write first", "planned", "96000.00")
    assert [(one["text"], one["done"]) for one in said["steps"]] == [("Write", False), ("List them", True)]


@travel(TODAY, tick=False)
def test_what_cannot_be_worded_anew_is_said_at_its_field(quarter: Quarter, api: Client) -> None:
    made = post(api, "", body(quarter)).json()
    assert set(post(api, f"/{made['id']}/wording", {"lever": "luck"}).json()["errors"]) >= {
        "lever",
        "note",
        "owner",
    }
    post(api, f"/{made['id']}/move", {"move": "start"})
    late = body(quarter, start_on="2026-02-20")
    assert set(post(api, f"/{made['id']}/wording", late).json()["errors"]) == {"start_on"}
    post(api, f"/{made['id']}/move", {"move": "abandon"})
    assert post(api, f"/{made['id']}/wording", body(quarter)).status_code == 400
    assert post(factories.api_client(quarter.organisation), f"/{made['id']}/wording", late).status_code == 403


def test_a_closed_stage_and_two_scopes_are_refused(quarter: Quarter, api: Client) -> None:
    won = factories.stages(quarter.organisation)["Won"]
    assert "stage" in post(api, "", body(quarter, stage=str(won.pk))).json()["errors"]
    assert "person" in post(api, "", body(quarter, person=str(quarter.carol.pk))).json()["errors"]


def test_a_request_that_is_sent_again_writes_one_action(quarter: Quarter, api: Client) -> None:
    first, again = (post(api, "", body(quarter), **{"Idempotency-Key": "plan-1"}) for _ in range(2))
    assert (first.content, again["Idempotent-Replayed"]) == (again.content, "true")
    with factories.scope_of(quarter.organisation):
        assert LeverAction.objects.count() == 1


def test_a_key_that_only_reads_writes_nothing(quarter: Quarter) -> None:
    reader = factories.api_client(quarter.organisation)
    assert post(reader, "", body(quarter)).status_code == 403
    assert post(reader, f"/{planned(quarter).pk}/move", {"move": "start"}).status_code == 403


def test_the_effect_is_that_of_the_last_night_up_to_the_day(quarter: Quarter, api: Client) -> None:
    with travel(date(2026, 1, 20)):
        action = planned(quarter)
    builders.action_effect(quarter.run, action)
    row = api.get(ADDRESS).json()["results"][0]["measured_effect"]
    assert (row["as_of"], row["verdict"], row["effect"]) == ("2026-02-11", "helped", "24000.00")
    assert api.get(ADDRESS, {"as_of": "2026-02-10"}).json()["results"][0]["measured_effect"] is None
