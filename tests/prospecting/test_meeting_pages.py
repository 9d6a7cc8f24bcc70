"""The page of a meeting, for each side: what is shown, what can be said in two clicks, what is kept from whom."""

from __future__ import annotations

import pytest

from pipeline.models import Opportunity, OpportunityEvent
from tests import factories
from tests.kept import kept
from tests.prospecting.meeting_pages import HERE, browser, page, say
from tests.prospecting.room import Room, room


@kept
def house() -> Room:
    return room(factories.organisation())


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


def test_both_sides_read_until_when_a_dispute_is_decided_and_what_happens_then(house: Room) -> None:
    meeting = house.held()
    say(house, "manager", meeting, "refuse", unmet=str(house.criterion("Decides").pk))
    assert "Without it within 5 working days" in page(house, "partner", f"/meetings/{meeting.pk}/")
    say(house, "partner", meeting, "dispute", reason="She signs")

    said = "A second look is due until 18 February 2026. Without one, it counts as accepted."
    for role in ("director", "manager", "rep", "partner"):
        assert said in page(house, role, f"/meetings/{meeting.pk}/")
    home = page(house, "partner", "/partner/")
    assert "due until" in home
    assert "5 working days; then it is accepted" in home
