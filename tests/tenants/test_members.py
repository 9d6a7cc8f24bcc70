"""Members: role, salesperson, access."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from tenants.access import SYSTEM
from tenants.actions import members
from tenants.domain.roles import Role
from tenants.models import AuditEntry, Membership, Organisation, Person
from tenants.scope import tenant_scope
from tests import factories

ClientOf = Callable[[Membership], Client]


def url(name: str, **kwargs: Any) -> str:
    return reverse(f"tenants:{name}", kwargs={"organisation": "atelier", **kwargs})


def test_the_list_shows_each_member_with_their_role(
    alice: Membership, bob: Membership, client_of: ClientOf
) -> None:
    page = client_of(alice).get(url("members")).content.decode()
    assert "Bob" in page
    assert "Manager" in page


def test_a_manager_may_not_open_the_list(bob: Membership, client_of: ClientOf) -> None:
    assert client_of(bob).get(url("members")).status_code == 403


def test_a_director_changes_a_role(alice: Membership, bob: Membership, client_of: ClientOf) -> None:
    client_of(alice).post(url("member", member=bob.id), {"role": "rep", "person": ""})
    bob.refresh_from_db()
    assert bob.role == Role.REP


def test_a_change_of_role_is_in_the_audit_trail(
    atelier: Organisation, alice: Membership, bob: Membership
) -> None:
    with tenant_scope(atelier.id):
        members.change_role(membership=bob, role=Role.REP, by=factories.actor(alice))
        entry = AuditEntry.objects.get(verb="member.role")
    assert (entry.actor_id, entry.object_id, entry.detail) == (
        alice.id,
        bob.id,
        {"from": "manager", "to": "rep"},
    )


def test_the_last_director_keeps_the_role(alice: Membership, client_of: ClientOf) -> None:
    response = client_of(alice).post(url("member", member=alice.id), {"role": "rep", "person": ""})
    alice.refresh_from_db()
    assert alice.role == Role.DIRECTOR
    assert response.status_code == 422
    assert "last director or administrator" in response.content.decode()


def test_a_director_may_step_down_when_an_administrator_stays(
    alice: Membership, dan: Membership, client_of: ClientOf
) -> None:
    client_of(alice).post(url("member", member=alice.id), {"role": "rep", "person": ""})
    alice.refresh_from_db()
    assert alice.role == Role.REP


def test_a_deactivated_member_finds_no_organisation(
    alice: Membership, bob: Membership, client_of: ClientOf
) -> None:
    client_of(alice).post(url("member_deactivate", member=bob.id))
    bob.user.refresh_from_db()
    assert client_of(bob).get(url("welcome")).status_code == 404


def test_deactivating_ends_the_open_sessions(alice: Membership, bob: Membership, client_of: ClientOf) -> None:
    browser = client_of(bob)
    assert browser.get(reverse("preferences")).status_code == 200
    client_of(alice).post(url("member_deactivate", member=bob.id))
    assert browser.get(reverse("preferences")).status_code == 302


def test_nobody_deactivates_themselves(alice: Membership, dan: Membership, client_of: ClientOf) -> None:
    response = client_of(alice).post(url("member_deactivate", member=alice.id), follow=True)
    alice.refresh_from_db()
    assert alice.is_active
    assert "You cannot deactivate yourself" in response.content.decode()


def test_the_last_keeper_of_the_organisation_cannot_be_deactivated(
    atelier: Organisation, alice: Membership
) -> None:
    with tenant_scope(atelier.id), pytest.raises(ValidationError, match="last director or administrator"):
        members.deactivate(membership=alice, by=SYSTEM)


def test_a_deactivated_member_can_be_let_in_again(
    alice: Membership, bob: Membership, client_of: ClientOf
) -> None:
    browser = client_of(alice)
    browser.post(url("member_deactivate", member=bob.id))
    browser.post(url("member_reactivate", member=bob.id))
    bob.refresh_from_db()
    assert bob.is_active


def test_a_member_is_tied_to_a_salesperson(
    atelier: Organisation, alice: Membership, carol: Membership, client_of: ClientOf
) -> None:
    person = factories.person(atelier, "Carol Petit")
    client_of(alice).post(url("member", member=carol.id), {"role": "rep", "person": person.id})
    with tenant_scope(atelier.id):
        assert Person.objects.get().membership_id == carol.id


def test_a_salesperson_of_another_member_is_not_offered(
    atelier: Organisation, alice: Membership, bob: Membership, carol: Membership, client_of: ClientOf
) -> None:
    person = factories.person(atelier, "Carol Petit", membership=carol)
    response = client_of(alice).post(url("member", member=bob.id), {"role": "manager", "person": person.id})
    assert response.status_code == 422


def test_tying_to_another_salesperson_unties_the_former(
    atelier: Organisation, alice: Membership, carol: Membership
) -> None:
    former = factories.person(atelier, "Former", membership=carol)
    wanted = factories.person(atelier, "Wanted")
    with tenant_scope(atelier.id):
        members.link_person(membership=carol, person=wanted, by=factories.actor(alice))
        former.refresh_from_db()
    assert (former.membership_id, wanted.membership_id) == (None, carol.id)


def test_a_member_of_another_organisation_is_not_found(
    alice: Membership, eve: Membership, client_of: ClientOf
) -> None:
    assert client_of(alice).get(url("member", member=eve.id)).status_code == 404


def test_the_action_refuses_a_member_of_another_organisation(
    atelier: Organisation, alice: Membership, eve: Membership
) -> None:
    with tenant_scope(atelier.id), pytest.raises(PermissionDenied):
        members.change_role(membership=eve, role=Role.REP, by=factories.actor(alice))
