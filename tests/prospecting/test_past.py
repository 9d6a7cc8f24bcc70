"""Meetings and activities of a past day, in the API: what had been said by then."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from prospecting.domain.meetings import ACCEPTED, HELD, Verb
from prospecting.queries import facts
from tenants.models import Organisation
from tests import factories
from tests.prospecting import logged

BOOKED, DAY, LATER = date(2026, 1, 13), date(2026, 1, 20), date(2026, 2, 20)
LIVES = {
    "looked at twice": [
        (Verb.HOLD, DAY), (Verb.LAPSE, date(2026, 1, 23)), (Verb.DISPUTE, date(2026, 1, 28)),
        (Verb.UPHOLD, date(2026, 2, 2)),
    ],
    "logged late": [(Verb.HOLD, date(2026, 1, 22)), (Verb.ACCEPT, date(2026, 1, 26))],
    "taken back": [(Verb.GUEST_NO_SHOW, DAY), (Verb.UNDO_NO_SHOW, date(2026, 1, 21)), (Verb.HOLD, date(2026, 1, 21))],
    "cancelled": [(Verb.CANCEL, date(2026, 1, 19))],
}  # fmt: skip


@pytest.fixture
def api(atelier: Organisation) -> Client:
    return factories.api_client(atelier)


def rows(api: Client, path: str, day: date, **query: Any) -> list[dict[str, Any]]:
    answer = api.get(f"/api/v1/{path}", {"as_of": day.isoformat(), **query})
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("life", LIVES)
def test_the_meetings_of_a_day_are_those_that_its_figures_count(
    atelier: Organisation, api: Client, life: str
) -> None:
    logged.meeting(atelier, DAY, LIVES[life])
    for day in (date(2026, 1, number) for number in range(12, 32)):
        states = [row["state"] for row in rows(api, "meetings", day)]
        with factories.scope_of(atelier):
            counted = facts.daily(since=date(2026, 1, 1), as_of=day).rows
        sums = counted.groupby("metric")["value"].sum()
        assert len(states) == (day >= BOOKED)
        assert sum(state in HELD for state in states) == sums.get("meetings_held", 0)
        assert sum(state in ACCEPTED for state in states) == sums.get("meetings_accepted", 0)


def test_a_meeting_says_of_a_day_nothing_that_came_later(atelier: Organisation, api: Client) -> None:
    logged.meeting(atelier, DAY, LIVES["looked at twice"])

    booked, tacit, disputed = (rows(api, "meetings", date(2026, 1, day))[0] for day in (19, 24, 29))

    names = ("state", "held_on", "answer_due_on", "accepted_on", "answered_at", "second_look_due_on")
    assert [booked[name] for name in names] == ["booked", None, None, None, None, None]
    assert [tacit[name] for name in names] == ["tacit", "2026-01-20", "2026-01-22", "2026-01-22", None, None]
    assert [disputed[name] for name in names] == [
        "disputed", "2026-01-20", "2026-01-22", None, None, "2026-02-04",
    ]  # fmt: skip


def test_the_state_that_is_asked_for_is_that_of_the_day(atelier: Organisation, api: Client) -> None:
    logged.meeting(atelier, DAY, LIVES["logged late"])
    assert len(rows(api, "meetings", date(2026, 1, 25), state="held")) == 1
    assert rows(api, "meetings", date(2026, 1, 26), state="held") == []


def test_activities_of_later_days_are_left_out(atelier: Organisation, api: Client) -> None:
    carol = factories.person(atelier, "Carol")
    for day in (DAY, LATER):
        logged.activity(atelier, day, person=carol)
    assert [row["day"] for row in rows(api, "activities", DAY)] == ["2026-01-20"]
