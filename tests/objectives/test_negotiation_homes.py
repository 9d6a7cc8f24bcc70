"""The negotiation on the homes of those who take part in it, and how many queries its pages make."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from objectives.actions import cascades
from objectives.models import Cycle
from tenants.models import Membership, Organisation
from tenants.scope import tenant_scope
from tests import factories
from tests.kept import kept
from tests.objectives import talks
from tests.objectives.conftest import House
from tests.objectives.talks import Room, page, table

ClientOf = Callable[[Membership], Client]


@kept
def room(house: House, quarter: Cycle) -> Room:
    return talks.room(house, quarter)


@kept
def sent(room: Room) -> Room:
    room.send()
    return room


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
