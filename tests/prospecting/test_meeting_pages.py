"""The pages of meetings, for each side: what is shown, what can be said in two clicks, what is kept from whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from pipeline.models import Opportunity, OpportunityEvent
from prospecting.models import DoNotContact, Meeting
from tenants.domain.roles import Role
from tenants.models import Organisation
from tests import factories
from tests.factories import NOON
from tests.prospecting.room import DAY, Room, hours, room

HERE = "/o/atelier"
LATER = NOON + DAY + timedelta(hours=1)


@pytest.fixture
def house(atelier: Organisation) -> Room:
    return room(atelier)


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


# The list ----------------------------------------------------------------------------------------------------


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


# One meeting -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        ("rep", {"accept", "refuse"}),
        ("manager", {"accept", "refuse"}),
        ("partner", set()),
        ("marketing", set()),
    ],
)
def test_the_page_offers_what_this_side_can_say_and_nothing_else(
    house: Room, role: str, offered: set[str]
) -> None:
    meeting = house.held()

    html = page(house, role, f"/meetings/{meeting.pk}/")

    words = ("hold", "guest_no_show", "cancel", "reschedule", "accept", "refuse", "dispute", "overturn")
    assert {word for word in words if f"/{word}/" in html} == offered


def test_a_partner_sees_the_name_of_the_host_and_no_opportunity(house: Room) -> None:
    meeting = house.held()
    say(house, "rep", meeting, "accept", open="1")

    html = page(house, "partner", f"/meetings/{meeting.pk}/")

    assert "Carol" in html
    assert "/opportunities/" not in html


def test_an_answer_takes_two_clicks(house: Room) -> None:
    meeting = house.held()

    say(house, "rep", meeting, "accept")

    assert house.fresh(meeting).state == "accepted"


def test_accepted_and_in_the_pipeline_in_one_step(house: Room) -> None:
    meeting = house.held()
    say(house, "rep", meeting, "accept", open="1")
    say(house, "rep", meeting, "open")

    with house.scope():
        deal = Opportunity.objects.get()
        event = OpportunityEvent.objects.get()
    assert (deal.name, deal.owner_id, deal.team_id, deal.channel) == (
        "Acme",
        house.carol.id,
        house.team.id,
        "partenaire",
    )
    assert (event.kind, event.stage_id, str(event.occurred_on)) == ("stage", deal.stage_id, "2026-02-11")
    assert house.fresh(meeting).opportunity_id == deal.pk


def test_only_an_accepted_meeting_becomes_an_opportunity(house: Room) -> None:
    say(house, "rep", house.held(), "open")

    with house.scope():
        assert not Opportunity.objects.exists()


def test_a_refusal_without_its_criterion_comes_back_with_what_was_typed(house: Room) -> None:
    meeting = house.held()

    html = say(house, "rep", meeting, "refuse", 422, reason="Nobody decides there")

    assert "Choose the criterion that is not met." in html
    assert "Nobody decides there" in html
    say(house, "rep", meeting, "refuse", unmet=str(house.criterion("Decides").pk))
    assert "“Decides” is not met" in page(house, "partner", f"/meetings/{meeting.pk}/")


def test_a_page_that_is_older_than_the_answer_says_what_it_is_now(house: Room) -> None:
    meeting = house.held()
    read = meeting.version
    say(house, "manager", meeting, "accept")

    html = say(house, "rep", meeting, "refuse", 409, version=read, unmet=str(house.criterion("Decides").pk))

    assert "It is: accepted." in html


def test_a_partner_disputes_on_the_same_page_and_the_director_decides(house: Room) -> None:
    meeting = house.held()
    say(house, "manager", meeting, "refuse", unmet=str(house.criterion("Decides").pk))
    say(house, "partner", meeting, "dispute", reason="She signs")

    assert "/overturn/" not in page(house, "manager", f"/meetings/{meeting.pk}/")
    html = page(house, "director", f"/meetings/{meeting.pk}/")
    assert "/overturn/" in html
    assert "She signs" in html
    say(house, "director", meeting, "uphold", reason="She does not")
    assert house.fresh(meeting).state == "refused_final"


def test_a_partner_says_that_it_took_place_with_its_evidence(house: Room) -> None:
    meeting, need = house.book(), house.criterion("Has a need")

    say(house, "partner", meeting, "hold", **{f"met_{need.pk}": "on", f"evidence_{need.pk}": "Two days lost"})

    assert "Two days lost" in page(house, "rep", f"/meetings/{meeting.pk}/")


def test_a_word_that_does_not_exist_is_not_found(house: Room) -> None:
    meeting = house.held()
    for word in ("lapse", "accept", "nonsense"):
        response = browser(house, "director").post(
            f"{HERE}/meetings/{meeting.pk}/say/{word}/", {"version": 1}
        )
        assert response.status_code == 404


# Log one -----------------------------------------------------------------------------------------------------


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


def test_a_page_of_meetings_asks_as_much_for_many_as_for_few(
    house: Room, django_assert_max_num_queries: Any
) -> None:
    for day in range(1, 30):
        house.book(starts_at=NOON + day * DAY, company_name=f"Company {day}")
    client = browser(house, "manager")
    client.get(f"{HERE}/meetings/")

    with django_assert_max_num_queries(24):
        client.get(f"{HERE}/meetings/")
