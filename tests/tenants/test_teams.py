"""The tree of teams."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from tenants.actions import teams
from tenants.models import AuditEntry, Membership, Organisation, Team
from tenants.scope import tenant_scope
from tests import factories

ClientOf = Callable[[Membership], Client]


def url(name: str, **kwargs: Any) -> str:
    return reverse(f"tenants:{name}", kwargs={"organisation": "atelier", **kwargs})


def test_a_team_is_added_below_another(atelier: Organisation, alice: Membership, client_of: ClientOf) -> None:
    parent = factories.team(atelier, "Industry")
    client_of(alice).post(url("team_create"), {"name": "North", "parent": parent.id, "manager": ""})
    with tenant_scope(atelier.id):
        assert Team.objects.get(name="North").parent_id == parent.id


def test_a_name_that_is_taken_is_refused_at_the_field(
    atelier: Organisation, alice: Membership, client_of: ClientOf
) -> None:
    factories.team(atelier, "Équipe Nord")
    response = client_of(alice).post(url("team_create"), {"name": "equipe-nord", "parent": "", "manager": ""})
    assert response.status_code == 422
    assert 'id="id_name_error"' in response.content.decode()


def test_a_name_without_letters_is_refused(alice: Membership, client_of: ClientOf) -> None:
    assert client_of(alice).post(url("team_create"), {"name": "--"}).status_code == 422


def test_a_team_is_renamed(atelier: Organisation, alice: Membership, client_of: ClientOf) -> None:
    team = factories.team(atelier, "Nord")
    client_of(alice).post(url("team", team=team.id), {"name": "North", "parent": "", "manager": ""})
    with tenant_scope(atelier.id):
        team.refresh_from_db()
    assert (team.name, team.key) == ("North", "north")


@pytest.mark.parametrize("below", ["itself", "its child", "its grandchild"])
def test_the_tree_cannot_close_on_itself(
    atelier: Organisation, alice: Membership, client_of: ClientOf, below: str
) -> None:
    top = factories.team(atelier, "Top")
    child = factories.team(atelier, "Child", parent=top)
    grandchild = factories.team(atelier, "Grandchild", parent=child)
    parent = {"itself": top, "its child": child, "its grandchild": grandchild}[below]
    response = client_of(alice).post(
        url("team", team=top.id), {"name": "Top", "parent": parent.id, "manager": ""}
    )
    assert response.status_code == 422
    assert 'id="id_parent_error"' in response.content.decode()


def test_a_team_gets_a_manager(atelier: Organisation, alice: Membership, client_of: ClientOf) -> None:
    team, person = factories.team(atelier), factories.person(atelier, "Bob")
    client_of(alice).post(url("team", team=team.id), {"name": team.name, "parent": "", "manager": person.id})
    with tenant_scope(atelier.id):
        team.refresh_from_db()
    assert team.manager_id == person.id


def test_the_tree_counts_people_of_the_teams_below(
    atelier: Organisation, alice: Membership, client_of: ClientOf
) -> None:
    top = factories.team(atelier, "Top")
    below = factories.team(atelier, "Below", parent=top)
    for name in ("Ann", "Ben"):
        factories.person(atelier, name, team=below)
    factories.person(atelier, "Cleo", team=top)
    assert "3 people" in client_of(alice).get(url("teams")).content.decode()


def test_a_change_is_in_the_audit_trail(atelier: Organisation, alice: Membership) -> None:
    with tenant_scope(atelier.id):
        team = teams.create(name="North", parent=None, manager=None, by=factories.actor(alice))
        assert AuditEntry.objects.get(verb="team.create").object_id == team.id


def test_a_rep_changes_no_team(atelier: Organisation, carol: Membership) -> None:
    with tenant_scope(atelier.id), pytest.raises(PermissionDenied):
        teams.create(name="North", parent=None, manager=None, by=factories.actor(carol))


def test_a_page_without_teams_says_what_to_do(alice: Membership, client_of: ClientOf) -> None:
    assert "No team yet" in client_of(alice).get(url("teams")).content.decode()


def test_a_name_whose_key_is_longer_than_itself_is_taken(
    atelier: Organisation, alice: Membership, client_of: ClientOf
) -> None:
    response = client_of(alice).post(url("team_create"), {"name": "ß" * 120, "parent": "", "manager": ""})
    assert response.status_code == 302
