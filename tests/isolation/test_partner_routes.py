"""Every address, by a partner who serves two organisations and in each of them one engagement of two.

The other engagement's rows are in the world (tests/isolation/world.py), so that a new page is tried from its first day:
its ids are answered like ids that nobody has, and its mark is in no response.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from prospecting.models import EngagementMember
from tenants.domain.roles import Role, allows
from tenants.models import Membership
from tenants.scope import tenant_scope
from tests import factories
from tests.isolation.addresses import Address, addresses
from tests.isolation.conftest import Worlds
from tests.isolation.matrix import Attempts, positions, resolve
from tests.isolation.routes import TENANT_ROUTES, Route
from tests.isolation.test_routes import _asked, _methods_at, named, path_of, route_of, settle
from tests.isolation.world import NOBODY, World

TENANT = [address for address in addresses() if address.is_ours and address.is_tenant]


def nils(*worlds: World) -> Client:
    """A login of the partner's in each organisation, on the first engagement there."""
    login = factories.user("nils@callers.example", name="Nils")
    for world in worlds:
        member = Membership.objects.create(
            organisation=world.organisation, user=login, role=Role.PARTNER.value
        )
        with tenant_scope(world.organisation.id):
            EngagementMember.objects.create(
                engagement=world.rows["prospecting.Engagement"], membership=member
            )
    client = Client(raise_request_exception=False)
    factories.sign_in(client, login)
    return client


@pytest.mark.parametrize("address", named(TENANT))
def test_no_page_shows_a_partner_another_engagement(
    address: Address, worlds: Worlds, tally: Callable[..., None]
) -> None:
    route = route_of(address, TENANT_ROUTES, "TENANT_ROUTES")
    client = nils(worlds.atelier, worlds.rival)
    for here, there in ((worlds.atelier, worlds.rival), (worlds.rival, worlds.atelier)):
        assert here.theirs is not None
        attempts = Attempts(here.theirs, others=(there.mark,), allowed=there.organisation.name)
        _try_own(attempts, client, address, route, here)
        _try_theirs(attempts, client, address, route, here)
        settle(attempts, tally)


def _try_own(attempts: Attempts, client: Client, address: Address, route: Route, own: World) -> None:
    path = path_of(address, own, resolve(route.kwargs, own))
    attempts.ask(client, "GET", path, "partner", data=resolve(route.query, own))
    attempts.ask(client, "GET", path, "partner without a query")
    attempts.ask(client, "POST", path, "partner", data=resolve(route.post or {}, own))


def _try_theirs(attempts: Attempts, client: Client, address: Address, route: Route, own: World) -> None:
    assert own.theirs is not None
    may = allows(Role.PARTNER, address.view.permission)
    for where, name, label in positions(route):
        if label not in own.theirs.rows:
            continue
        for method in _methods_at(route, where):
            what = f"partner {method} with {name} of the other engagement in the {where}"
            place, other = (where, name), own.theirs.rows[label].id
            theirs = _asked(attempts, client, address, route, own, place, other, method, what)
            if not may:  # whatever the id
                attempts.expect(theirs, 403, what)
                continue
            nobodys = _asked(attempts, client, address, route, own, place, NOBODY, method, what)
            attempts.expect_alike(theirs, nobodys, what)
            if where == "path":
                attempts.expect(theirs, route.refusals.get(name, 404), what)
