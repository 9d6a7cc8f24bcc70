"""Logging a meeting on one screen, for each side: from a slot or a time, with what must be known before."""

from __future__ import annotations

import time_machine

from prospecting.models import DoNotContact, Meeting
from tests import factories
from tests.factories import NOON
from tests.kept import kept
from tests.prospecting.meeting_pages import log, page
from tests.prospecting.room import Room, hours, room


@kept
def house() -> Room:
    return room(factories.organisation())


def test_a_partner_logs_a_meeting_with_a_slot(house: Room) -> None:
    with time_machine.travel(NOON, tick=False):
        html = page(house, "partner", "/meetings/new/")
    slot = f"{house.carol.id}|2026-02-11T08:00:00+00:00"
    assert slot in html

    response = log(house, "partner", slot=slot, day="", at="")

    assert response.status_code == 302
    with house.scope():
        made = Meeting.objects.get()
    assert (made.company_name, made.host_id, made.engagement_id) == (
        "Newcomers",
        house.carol.id,
        house.engagement.pk,
    )


def test_two_who_are_free_at_the_same_time_are_both_offered(house: Room) -> None:
    with house.scope():
        zoe = factories.person(house.organisation, "Zoe", team=house.team)
        hours(zoe)

    with time_machine.travel(NOON, tick=False):
        html = page(house, "partner", "/meetings/new/")

    assert f"{house.carol.id}|2026-02-11T08:00:00+00:00" in html
    assert f"{zoe.id}|2026-02-11T08:00:00+00:00" in html


def test_a_meeting_that_took_place_is_logged_in_one_go(house: Room) -> None:
    need = house.criterion("Has a need")
    response = log(house, "partner", outcome="held", day="2026-02-09", **{f"met_{need.pk}": "on"})

    assert response.status_code == 302
    with house.scope():
        assert Meeting.objects.get().state == "held"


def test_a_salesperson_logs_one_of_the_house(house: Room) -> None:
    assert log(house, "rep", host=str(house.carol.id)).status_code == 302
    with house.scope():
        made = Meeting.objects.get()
    assert (made.engagement_id, made.booked_by_id, made.team_id) == (None, house.carol.id, house.team.id)


def test_what_is_in_the_pipeline_is_warned_of_once(house: Room) -> None:
    factories.opportunity(house.organisation, company=house.company)

    first = log(house, "partner", company="Acme")
    second = log(house, "partner", company="Acme", known="on")

    assert "in the pipeline already" in first.content.decode()
    assert (first.status_code, second.status_code) == (422, 302)


def test_a_second_meeting_with_the_same_company_is_warned_of(house: Room) -> None:
    house.book()

    assert "last three months" in log(house, "partner", company="Acme").content.decode()


def test_who_may_not_be_contacted_is_refused(house: Room) -> None:
    with house.scope():
        DoNotContact.objects.create(company=house.company, reason="Asked")

    response = log(house, "partner", company="Acme", known="on")

    assert response.status_code == 422
    assert "not to be contacted" in response.content.decode()


def test_a_taken_time_keeps_what_was_typed(house: Room) -> None:
    log(house, "rep", host=str(house.carol.id))

    response = log(house, "rep", host=str(house.carol.id), company="Second")

    assert response.status_code == 422
    assert "overlaps" in response.content.decode()
    assert "Second" in response.content.decode()
