"""What each page asks of the database, whatever the organisation holds.

Counted in every page: the session's login, the membership, the organisation's scope (BEGIN, set, set back) and the
switcher.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenants.access import SYSTEM
from tenants.actions import invitations
from tenants.domain.roles import Role
from tenants.models import Membership, Organisation
from tenants.scope import tenant_scope
from tests import factories
from tests.kept import kept

ClientOf = Callable[[Membership], Client]


def populate(organisation: Organisation, many: int) -> dict[str, Any]:
    """`many` of everything that the pages list."""
    top = factories.team(organisation, "Top")
    for number in range(many):
        team = factories.team(organisation, f"Team {number}", parent=top)
        member = factories.member(organisation, Role.REP, name=f"Rep{number}")
        person = factories.person(organisation, f"Person {number}", team=team, membership=member)
        factories.api_key(organisation)
        with tenant_scope(organisation.id):
            team.manager = person
            team.save()
            invitations.invite(
                email=f"new{number}@atelier.example",
                role=Role.REP,
                language="en",
                person=None,
                by=SYSTEM,
                now=factories.NOON,
            )
    return {"person": person.id, "team": team.id, "member": member.id}


PAGES = [
    ("welcome/", 7),
    ("members/", 12),
    ("members/invite/", 8),
    ("members/{member}/", 10),
    ("people/", 11),
    ("people/new/", 8),
    ("people/{person}/", 12),
    ("teams/", 9),
    ("teams/new/", 9),
    ("teams/{team}/", 10),
    ("settings/", 8),
    ("settings/api-keys/", 8),
    ("settings/audit/", 15),
]


def queries_of(browser: Client, path: str) -> list[str]:
    browser.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(path).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


@kept
def few() -> dict[str, Any]:
    return populate(factories.organisation(), 1)


@kept
def many() -> dict[str, Any]:
    return populate(factories.organisation(), 12)


@pytest.mark.parametrize(("page", "expected"), PAGES, ids=[page for page, _ in PAGES])
def test_the_number_of_queries_of_a_page_is_fixed(
    few: dict[str, Any], alice: Membership, client_of: ClientOf, page: str, expected: int
) -> None:
    queries = queries_of(client_of(alice), "/o/atelier/" + page.format(**few))
    assert len(queries) == expected, "\n".join(queries)


@pytest.mark.parametrize(("page", "expected"), PAGES, ids=[page for page, _ in PAGES])
def test_it_is_the_same_for_twelve_of_everything(
    many: dict[str, Any], alice: Membership, client_of: ClientOf, page: str, expected: int
) -> None:
    queries = queries_of(client_of(alice), "/o/atelier/" + page.format(**many))
    assert len(queries) == expected, "\n".join(queries)
