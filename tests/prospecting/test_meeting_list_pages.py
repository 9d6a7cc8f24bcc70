"""The list of meetings, for each side: what waits first, whose meetings are shown, filters in the address."""

from __future__ import annotations

from typing import Any

import pytest

from tests import factories
from tests.factories import NOON
from tests.kept import kept
from tests.prospecting.meeting_pages import HERE, browser, page
from tests.prospecting.room import DAY, Room, room


@kept
def house() -> Room:
    return room(factories.organisation())


def test_answers_that_wait_come_first_with_their_deadline(house: Room) -> None:
    house.book(starts_at=NOON + 20 * DAY, company_name="Later")
    house.held(company_name="Waiting")

    for role in ("director", "manager", "rep", "partner"):
        html = page(house, role, "/meetings/")
        assert "1 meeting waits for an answer, until 13 Feb 2026." in html
        assert html.index("Waiting") < html.index("Later")


def test_a_salesperson_sees_the_own_meetings_and_a_manager_those_of_the_team(house: Room) -> None:
    with house.scope():
        zoe = factories.member(house.organisation, "rep", name="Zoe")
        other = factories.person(
            house.organisation, "Zoe", team=factories.team(house.organisation, "South"), membership=zoe
        )
    house.book("director", host_id=other.id, company_name="Southern")

    assert "Southern" in page(house, "director", "/meetings/")
    assert "Southern" in page(house, "marketing", "/meetings/")
    for role in ("manager", "rep", "partner"):
        assert "Southern" not in page(house, role, "/meetings/")


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("state=waiting", {"Held"}),
        ("state=booked", {"Booked"}),
        ("q=boo", {"Booked"}),
        ("when=nonsense&host=nobody", {"Held", "Booked"}),
    ],
)
def test_the_list_is_filtered_by_its_address(house: Room, query: str, shown: set[str]) -> None:
    house.held(company_name="Held Ltd")
    house.book(starts_at=NOON + 2 * DAY, company_name="Booked Ltd")

    html = page(house, "director", f"/meetings/?{query}")

    assert {name for name in ("Held", "Booked") if f"{name} Ltd" in html} == shown


@pytest.mark.parametrize("role", ["adviser", "administrator"])
def test_others_do_not_see_meetings(house: Room, role: str) -> None:
    page(house, role, "/meetings/", 403)


def test_a_dispute_waits_with_its_last_day(house: Room) -> None:
    meeting = house.say("manager", "refuse", house.held(), unmet_id=house.criterion("Decides").pk)
    house.say("partner", "dispute", meeting, reason="She signs")

    for role in ("director", "partner"):
        html = page(house, role, "/meetings/")
        assert "1 meeting waits for a second look, until 18 Feb 2026." in html
        assert "Wed 18 Feb" in html


def test_a_page_of_meetings_asks_as_much_for_many_as_for_few(
    house: Room, django_assert_max_num_queries: Any
) -> None:
    for day in range(1, 30):
        house.book(starts_at=NOON + day * DAY, company_name=f"Company {day}")
    client = browser(house, "manager")
    client.get(f"{HERE}/meetings/")

    with django_assert_max_num_queries(24):
        client.get(f"{HERE}/meetings/")
