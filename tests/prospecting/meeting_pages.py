"""Hands for the tests of the meeting pages: open a page in a role, say a word as its form does, log a meeting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import time_machine
from django.test import Client

from prospecting.models import Meeting
from tenants.domain.roles import Role
from tests import factories
from tests.factories import NOON
from tests.prospecting.room import DAY, Room

HERE = "/o/atelier"
LATER = NOON + DAY + timedelta(hours=1)


def browser(house: Room, role: str) -> Client:
    return factories.client_of(house.members[Role(role)])


def page(house: Room, role: str, path: str, status: int = 200) -> str:
    response = browser(house, role).get(f"{HERE}{path}")
    assert response.status_code == status, response.content.decode()[:400]
    return str(response.content.decode())


def say(house: Room, role: str, meeting: Meeting, word: str, status: int = 302, **data: Any) -> str:
    """Post a word as the page's form does; gives the page that comes back, if one does."""
    door = "judge" if word in ("accept", "refuse", "overturn", "uphold", "open") else "say"
    values = {"version": house.fresh(meeting).version, **data}
    with time_machine.travel(LATER, tick=False):
        response = browser(house, role).post(f"{HERE}/meetings/{meeting.pk}/{door}/{word}/", values)
    assert response.status_code == status, response.content.decode()[:2000]
    return str(response.content.decode())


def log(house: Room, role: str, **data: Any) -> Any:
    """Post the form of a new meeting, tomorrow at ten unless told."""
    values = {
        **{"company": "Newcomers", "outcome": "booked", "day": "2026-02-11", "at": "10:00", "minutes": "30"},
        **{"channel": "phone"},
    }
    with time_machine.travel(NOON, tick=False):
        return browser(house, role).post(f"{HERE}/meetings/new/", {**values, **data})
