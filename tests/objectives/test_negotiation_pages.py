"""The pages of the negotiation: who sees which rows, what can be said, what is kept when it is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from objectives.actions import cascades, plans
from objectives.domain.negotiation import Look
from objectives.models import Cycle, Negotiation
from tenants.models import Membership, Organisation
from tenants.scope import tenant_scope
from tests import factories
from tests.kept import kept
from tests.objectives import talks
from tests.objectives.conftest import House
from tests.objectives.talks import Room

ClientOf = Callable[[Membership], Client]


@kept
def room(house: House, quarter: Cycle) -> Room:
    return talks.room(house, quarter)


@kept
def sent(room: Room) -> Room:
    room.send()
    return room


def table(room: Room) -> str:
    return reverse("objectives:negotiation", kwargs={"organisation": "atelier", "cycle": room.cycle.pk})


def page(room: Room, name: str, verb: str = "") -> str:
    word = f"talk_{verb}" if verb else "talk"
    return reverse(f"objectives:{word}", kwargs={"organisation": "atelier", "objective": room.share(name).pk})


def say(client: Client, room: Room, name: str, verb: str, **words: Any) -> Any:
    return client.post(page(room, name, verb), {"version": room.talk(name).version, **words})


# The table of the cycle -----------------------------------------------------------------------------------------


def test_the_director_sees_everybody_and_what_is_not_allotted(sent: Room, client_of: ClientOf) -> None:
    before = sent.amounts()
    sent.counter("ann", "Ann", before["Ann"] - 1_000_000)
    sent.take("director", "Ann")

    shown = client_of(sent.director).get(table(sent)).text

    for name in ("North", "South", "Ann", "Bea", "Cai"):
        assert f">{name}</a>" in shown
    assert "5 shares, 1 agreed on." in shown
    assert "+€10,000" in shown  # under North


def test_a_counter_proposal_shows_with_its_difference(sent: Room, client_of: ClientOf) -> None:
    sent.counter("ann", "Ann", (int(sent.share("Ann").target or 0)) - 1_500_000)
    shown = client_of(sent.director).get(table(sent), {"show": "countered"}).text
    assert "1 counter-proposal waits for a decision." in shown
    assert "−€15,000" in shown
    assert ">Bea</a>" not in shown


def test_everything_is_proposed_in_one_click(room: Room, client_of: ClientOf) -> None:
    director = client_of(room.director)
    assert "Propose 5 shares" in director.get(table(room)).text

    day = (timezone.localdate() + timedelta(days=7)).isoformat()
    answer = director.post(table(room) + "send/", {"due_on": day})

    assert answer.headers["Location"] == table(room)
    with tenant_scope(room.cycle.organisation_id):
        assert Negotiation.objects.count() == 5


def test_a_deadline_in_the_past_is_refused_at_the_field_and_kept(room: Room, client_of: ClientOf) -> None:
    answer = client_of(room.director).post(table(room) + "send/", {"due_on": "2020-01-31"})
    assert answer.status_code == 422
    assert "This day has passed: choose a day to come." in answer.text
    assert 'value="2020-01-31"' in answer.text


def test_a_manager_sees_the_own_teams_only(sent: Room, client_of: ClientOf) -> None:
    shown = client_of(sent.manager).get(table(sent)).text
    for name in ("North", "Ann", "Bea"):
        assert f">{name}</a>" in shown
    for name in ("South", "Cai"):
        assert name not in shown


def test_a_salesperson_sees_the_own_row_only(sent: Room, client_of: ClientOf) -> None:
    shown = client_of(sent.ann).get(table(sent)).text
    assert ">Ann</a>" in shown
    for name in ("North", "South", "Bea", "Cai"):
        assert name not in shown


def test_the_rest_of_a_level_is_shared_out_on_request(sent: Room, client_of: ClientOf) -> None:
    before = sent.amounts()
    sent.counter("ann", "Ann", before["Ann"] - 1_000_000)
    sent.take("director", "Ann")

    client_of(sent.director).post(f"{table(sent)}{sent.share('North').pk}/rebalance/")

    assert sent.amounts()["Bea"] == before["Bea"] + 1_000_000


@pytest.mark.parametrize("role", ["marketing", "partner", "administrator"])
def test_those_who_have_no_part_in_it_do_not_get_in(sent: Room, client_of: ClientOf, role: str) -> None:
    client = client_of(factories.member(sent.house.organisation, role))
    assert client.get(table(sent)).status_code == 403
    assert client.get(page(sent, "Ann")).status_code == 403


# One share ------------------------------------------------------------------------------------------------------


def test_the_person_reads_how_much_why_and_until_when(sent: Room, client_of: ClientOf) -> None:
    shown = client_of(sent.ann).get(page(sent, "Ann")).text
    assert "are proposed to you for Q1 2026" in shown
    assert "Working days present in the cycle" in shown
    assert "Weight in North" in shown
    assert "Part of the aim of North" in shown
    assert "proposes" in shown  # what was said, with the name
    assert "Alice" in shown


@pytest.mark.parametrize("name", ["Bea", "Cai", "North", "South"])
def test_a_salesperson_does_not_see_the_talk_of_anybody_else(
    sent: Room, client_of: ClientOf, name: str
) -> None:
    client = client_of(sent.ann)
    assert client.get(page(sent, name)).status_code == 404
    for verb, words in (("accept", {}), ("counter", {"amount": "1000", "reason": "Mine."})):
        assert say(client, sent, name, verb, **words).status_code == 404
    assert sent.line(name).look == Look.WAITING


@pytest.mark.parametrize("name", ["Cai", "South"])
def test_a_manager_does_not_see_the_talks_of_another_team(sent: Room, client_of: ClientOf, name: str) -> None:
    client = client_of(sent.manager)
    assert client.get(page(sent, name)).status_code == 404
    assert say(client, sent, name, "withdraw").status_code == 404


def test_what_is_not_proposed_yet_is_not_shown_to_its_owner(room: Room, client_of: ClientOf) -> None:
    assert client_of(room.ann).get(page(room, "Ann")).status_code == 404
    assert client_of(room.director).get(page(room, "Ann")).status_code == 200


def test_the_changed_draft_is_not_shown_to_its_owner_before_it_is_proposed(
    sent: Room, client_of: ClientOf
) -> None:
    sent.withdraw("director", "Ann")
    with tenant_scope(sent.cycle.organisation_id):
        plans.set_ambition(cycle=sent.cycle, revenue_minor=77_000_000, version=1, by=sent.by("director"))
    amount = f"€{int(sent.share('Ann').target or 0) // 100:,}"
    assert amount not in client_of(sent.ann).get(page(sent, "Ann")).text
    assert amount in client_of(sent.director).get(page(sent, "Ann")).text


def test_another_organisation_sees_nothing(sent: Room, client_of: ClientOf, eve: Membership) -> None:
    client = client_of(eve)
    here = page(sent, "Ann")
    assert client.get(here).status_code == 404
    assert client.get(here.replace("/o/atelier/", "/o/rival/")).status_code == 404
    assert client.get(table(sent).replace("/o/atelier/", "/o/rival/")).status_code == 404


def test_the_person_accepts_in_one_click(sent: Room, client_of: ClientOf) -> None:
    client = client_of(sent.ann)
    answer = say(client, sent, "Ann", "accept")
    assert answer.headers["Location"] == page(sent, "Ann")
    assert sent.line("Ann").look == Look.AGREED
    assert "You agreed on" in client.get(page(sent, "Ann")).text


def test_a_counter_proposal_is_typed_in_the_currency_of_the_house(sent: Room, client_of: ClientOf) -> None:
    say(client_of(sent.ann), sent, "Ann", "counter", amount="150 000 €", reason="Two clients have left.")
    assert sent.talk("Ann").countered == 15_000_000


@pytest.mark.parametrize(
    ("amount", "reason", "wrong"),
    [
        ("150000", "", "This field is required."),
        ("-5", "Because.", "An amount here is not negative."),
        ("150000 USD", "Because.", "Amounts are in EUR here, not in USD: convert it first."),
        ("2000000000000", "Because.", "This amount is too large"),
    ],
)
def test_a_wrong_counter_proposal_keeps_what_was_typed(
    sent: Room, client_of: ClientOf, amount: str, reason: str, wrong: str
) -> None:
    answer = say(client_of(sent.ann), sent, "Ann", "counter", amount=amount, reason=reason)
    assert answer.status_code == 422
    assert wrong in answer.text
    assert f'value="{amount}"' in answer.text
    assert reason in answer.text
    assert sent.line("Ann").look == Look.WAITING


def test_what_is_proposed_already_is_accepted_not_countered(sent: Room, client_of: ClientOf) -> None:
    same = str((sent.share("Ann").target or 0) / 100)
    answer = say(client_of(sent.ann), sent, "Ann", "counter", amount=same, reason="Because.")
    assert answer.status_code == 422
    assert "accept it instead" in answer.text


def test_the_other_side_reads_the_reason_and_agrees(sent: Room, client_of: ClientOf) -> None:
    sent.counter("ann", "Ann", 12_000_000)
    director = client_of(sent.director)
    shown = director.get(page(sent, "Ann")).text
    assert "Two clients have left." in shown
    assert "Agree to €120,000" in shown

    say(director, sent, "Ann", "take")
    assert sent.share("Ann").target == 12_000_000


def test_the_manager_refuses_with_a_reason_that_the_person_reads(sent: Room, client_of: ClientOf) -> None:
    sent.counter("ann", "Ann", 12_000_000)
    assert say(client_of(sent.manager), sent, "Ann", "refuse", reason="").status_code == 422

    say(client_of(sent.manager), sent, "Ann", "refuse", reason="The market is there.")
    assert "The market is there." in client_of(sent.ann).get(page(sent, "Ann")).text


def test_what_is_for_the_other_side_to_say_is_told_and_not_done(sent: Room, client_of: ClientOf) -> None:
    answer = client_of(sent.director).post(
        page(sent, "Ann", "accept"), {"version": sent.talk("Ann").version}, follow=True
    )
    assert "This is for somebody else to say." in answer.text
    assert sent.line("Ann").look == Look.WAITING


def test_what_was_said_meanwhile_is_shown_and_what_was_typed_is_kept(sent: Room, client_of: ClientOf) -> None:
    read = sent.talk("Ann").version
    sent.withdraw("director", "Ann")
    sent.send("director", "Ann")

    words = {"version": read, "amount": "150000", "reason": "Two clients have left."}
    answer = client_of(sent.ann).post(page(sent, "Ann", "counter"), words)

    assert answer.status_code == 409
    assert "Alice said something meanwhile" in answer.text
    assert 'value="150000"' in answer.text
    assert "Two clients have left." in answer.text
    assert sent.line("Ann").look == Look.WAITING


def test_the_director_answers_for_somebody_without_a_login_and_the_page_says_so(
    sent: Room, client_of: ClientOf
) -> None:
    director = client_of(sent.director)
    assert "Cai has no login" in director.get(page(sent, "Cai")).text
    say(director, sent, "Cai", "accept")
    assert "for Cai" in director.get(page(sent, "Cai")).text


def test_words_are_escaped(sent: Room, client_of: ClientOf) -> None:
    sent.counter("ann", "Ann", 12_000_000, "<script>alert(1)</script>")
    assert "<script>alert(1)" not in client_of(sent.director).get(page(sent, "Ann")).text


def test_a_missed_deadline_shows_and_still_takes_an_answer(sent: Room, client_of: ClientOf) -> None:
    # The talk of the fixture was due in 2025.
    assert "no answer by 10 Dec 2025" in client_of(sent.director).get(table(sent)).text
    assert "It still counts." in client_of(sent.ann).get(page(sent, "Ann")).text
    say(client_of(sent.ann), sent, "Ann", "accept")
    assert sent.line("Ann").look == Look.AGREED


def test_once_the_cycle_is_active_the_talk_is_read_only(sent: Room, client_of: ClientOf) -> None:
    sent.accept("ann", "Ann")
    with tenant_scope(sent.cycle.organisation_id):
        Cycle.objects.filter(pk=sent.cycle.pk).update(state="active", activated_at=talks.NOW)
    client = client_of(sent.ann)
    shown = client.get(page(sent, "Ann")).text
    assert "You agreed on" in shown
    assert "Your answer" not in shown
    assert "was activated with" in client_of(sent.bea).get(page(sent, "Bea")).text

    answer = client.post(
        page(sent, "Ann", "counter"), {"version": 1, "amount": "1", "reason": "x"}, follow=True
    )
    assert "This cycle is active: its shares are locked." in answer.text


def test_my_proposals_are_all_there_whatever_became_of_them(sent: Room, client_of: ClientOf) -> None:
    sent.accept("ann", "Ann")
    mine = reverse("objectives:talks", kwargs={"organisation": "atelier"})
    shown = client_of(sent.ann).get(mine).text
    assert "You agreed on" in shown
    assert "No answer of yours is awaited." in shown
    assert "Bea" not in shown

    assert "Nothing was proposed to you yet" in client_of(sent.director).get(mine).text


def test_the_pages_speak_french(sent: Room, client_of: ClientOf) -> None:
    sent.ann.user.language = "fr"
    sent.ann.user.save()
    client = client_of(sent.ann)
    client.cookies["django_language"] = "fr"
    shown = client.get(page(sent, "Ann")).text
    assert "Ma proposition" in shown
    assert "vous sont proposés" in shown


# Queries --------------------------------------------------------------------------------------------------------


def many(organisation: Organisation, room: Room, people: int) -> None:
    with tenant_scope(organisation.id):
        for number in range(people):
            factories.person(organisation, f"Rep {number:02}", team=room.house.teams["North"])
        cascades.share_out(cycle=room.cycle, by=room.by("director"))
    room.send()


@pytest.mark.parametrize("people", [3, 60])
def test_the_table_makes_as_many_queries_for_three_people_as_for_sixty(
    room: Room, client_of: ClientOf, people: int
) -> None:
    many(room.house.organisation, room, people)
    client = client_of(room.manager)
    client.get(table(room))
    with CaptureQueriesContext(connection) as captured:
        shown = client.get(table(room))
    assert shown.text.count("<tr") <= 51
    assert len(captured) == 11


@pytest.mark.parametrize("people", [3, 60])
def test_a_talk_makes_as_many_queries_for_three_people_as_for_sixty(
    room: Room, client_of: ClientOf, people: int
) -> None:
    many(room.house.organisation, room, people)
    client = client_of(room.ann)
    client.get(page(room, "Ann"))
    with CaptureQueriesContext(connection) as captured:
        client.get(page(room, "Ann"))
    assert len(captured) == 25


# On the homes ---------------------------------------------------------------------------------------------------


def home(client: Client, path: str) -> str:
    return client.get(f"/o/atelier/{path}/", follow=True).text


def test_a_salesperson_s_home_shows_what_waits_and_then_what_was_agreed(
    sent: Room, client_of: ClientOf
) -> None:
    client = client_of(sent.ann)
    assert "Read and answer" in home(client, "rep")

    sent.accept("ann", "Ann")
    shown = home(client, "rep")
    assert "You agreed on" in shown
    assert "Read and answer" not in shown


def test_a_manager_s_home_shows_the_team_s_proposal_and_what_the_people_answered(
    sent: Room, client_of: ClientOf
) -> None:
    sent.counter("ann", "Ann", 12_000_000)
    shown = home(client_of(sent.manager), "manager")
    assert page(sent, "North") in shown
    assert "1 counter-proposal waits for a decision." in shown
    assert table(sent) in shown


def test_a_home_without_any_proposal_shows_nothing_of_it(room: Room, client_of: ClientOf) -> None:
    for who, path in ((room.ann, "rep"), (room.manager, "manager")):
        assert "talk-card" not in home(client_of(who), path)
