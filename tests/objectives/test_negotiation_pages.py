"""The pages of the negotiation: who sees which rows, of the table and of one share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from objectives.actions import plans
from objectives.domain.negotiation import Look
from objectives.models import Cycle, Negotiation
from tenants.models import Membership
from tenants.scope import tenant_scope
from tests import factories
from tests.kept import kept
from tests.objectives import talks
from tests.objectives.conftest import House
from tests.objectives.talks import Room, page, say, table

ClientOf = Callable[[Membership], Client]


@kept
def room(house: House, quarter: Cycle) -> Room:
    return talks.room(house, quarter)


@kept
def sent(room: Room) -> Room:
    room.send()
    return room


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
