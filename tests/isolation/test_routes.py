"""I6 and I7: every address, for every role and method, with another organisation's slug, ids and key.

The addresses come from the resolver; how to call each from tests/isolation/routes. An address without an entry
there fails, so that a new page is tried from its first day.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from tenants.domain.roles import Permission, Role, allows
from tests.isolation.addresses import NOT_OURS, Address, addresses
from tests.isolation.conftest import Worlds
from tests.isolation.matrix import Answer, Attempts, neutral, positions, resolve
from tests.isolation.routes import API_ROUTES, PUBLIC_ROUTES, TENANT_ROUTES, Route
from tests.isolation.world import NOBODY, World, fingerprint

ALL = addresses()
OURS = [address for address in ALL if address.is_ours]
TENANT = [address for address in OURS if address.is_tenant]
API = [address for address in OURS if address.is_api]
PUBLIC = [address for address in OURS if address.is_public]
METHODS = ("GET", "POST")


def named(found: list[Address]) -> list[Any]:
    return [pytest.param(address, id=address.name) for address in found]


def route_of(address: Address, routes: dict[str, Route], register: str) -> Route:
    if address.name not in routes:
        missing = [name for name in address.parameters if name != "organisation"]
        pytest.fail(
            f"{address.name} ({address.route}) has no entry in {register} of tests/isolation/routes: add "
            f'"{address.name}": Route(kwargs={{{", ".join(f"{name!r}: Id(...)" for name in missing)}}}, ...)'
        )
    return routes[address.name]


def settle(attempts: Attempts, tally: Callable[..., None]) -> None:
    """Count the attempts; fail with everything that leaked."""
    tally(attempts.count, len(attempts.leaks))
    if attempts.leaks:
        pytest.fail("\n".join(attempts.leaks), pytrace=False)


def path_of(address: Address, world: World, kwargs: dict[str, Any]) -> str:
    tenant = {"organisation": world.organisation.slug} if address.is_tenant else {}
    return reverse(address.name, kwargs={**tenant, **kwargs})


# Guards ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", named(TENANT))
def test_every_address_of_an_organisation_names_its_permission(address: Address) -> None:
    assert isinstance(getattr(address.view, "permission", None), Permission), (
        "mark it with @tenant_view(Permission.X)"
    )
    assert not hasattr(address.view, "public_reason")


@pytest.mark.parametrize("address", named(PUBLIC))
def test_every_address_outside_the_organisations_gives_its_reason(address: Address) -> None:
    assert getattr(address.view, "public_reason", ""), "mark it with @public_view(reason)"


@pytest.mark.parametrize("address", named(API))
def test_every_address_of_the_api_needs_a_key_with_a_scope(address: Address) -> None:
    view = getattr(address.view, "cls", None) or getattr(address.view, "view_class", None)
    assert getattr(view, "required_scope", ""), "set `required_scope` on the view"
    names = [permission.__name__ for permission in view.permission_classes]
    doors = [door.__name__ for door in view.authentication_classes]
    assert names == ["HasScope"]
    assert doors == ["ApiKeyAuthentication"]


def test_the_exceptions_are_still_needed() -> None:
    for prefix in NOT_OURS:
        assert any(address.route.startswith(prefix) for address in ALL), (
            f"{prefix}: nothing is there any more"
        )


def test_the_registers_name_nothing_that_is_gone() -> None:
    for register, found in ((TENANT_ROUTES, TENANT), (API_ROUTES, API), (PUBLIC_ROUTES, PUBLIC)):
        assert set(register) <= {address.name for address in found}


# Pages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", named(TENANT))
def test_no_page_lets_one_organisation_into_another(
    address: Address, worlds: Worlds, tally: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    route = route_of(address, TENANT_ROUTES, "TENANT_ROUTES")
    attempts = Attempts(worlds.rival)
    first = next(role for role in Role if allows(role, address.view.permission))
    missing: dict[tuple[str, str], Answer] = {}
    for role in Role:
        client = worlds.clients[role]
        may = allows(role, address.view.permission)
        _try_the_others_slug(attempts, client, address, route, worlds, role)
        _try_own_page(attempts, client, address, route, worlds.atelier, role, may, role is first)
        if may:
            _try_the_others_ids(attempts, client, address, route, worlds, role, missing)
        else:
            _try_the_others_ids_in_vain(attempts, client, address, route, worlds, role)
    _try_without_signing_in(attempts, address, route, worlds.atelier)
    if fingerprint(worlds.rival) != worlds.print:
        attempts.leaks.append("the other organisation's rows have changed")
    if worlds.rival.mark in caplog.text.lower():
        attempts.leaks.append("the log shows the other organisation's data")
    settle(attempts, tally)


def _methods(route: Route) -> list[str]:
    return [*(["GET"] if route.get else []), *(["POST"] if route.post is not None else [])]


def _try_the_others_slug(
    attempts: Attempts, client: Client, address: Address, route: Route, worlds: Worlds, role: Role
) -> None:
    """An organisation that is not mine looks like one that does not exist."""
    rival = worlds.rival
    path = path_of(address, rival, resolve(route.kwargs, rival))
    slug = rival.organisation.slug
    nowhere = path.replace(f"/o/{slug}/", "/o/nowhere/")
    for method in METHODS:
        data = resolve(route.query if method == "GET" else route.post or {}, rival)
        there = attempts.ask(client, method, path, f"{role} on the other's slug", data=data)
        attempts.expect(there, 404, f"{role} {method} on the other's slug")
        if (role, method) not in worlds.nowhere:
            absent = attempts.ask(client, method, nowhere, f"{role} on an unknown slug", data=data)
            worlds.nowhere[role, method] = neutral(absent, nowhere, "/o/nowhere/")
        attempts.expect_alike(
            neutral(there, path, f"/o/{slug}/"), worlds.nowhere[role, method], f"{role} {method} slug"
        )


def _try_own_page(
    attempts: Attempts,
    client: Client,
    address: Address,
    route: Route,
    own: World,
    role: Role,
    may: bool,
    first: bool,
) -> None:
    """Who may gets what was promised, who may not gets 403, a method that is not there 405.

    The first who may also asks as htmx does, and without a query.
    """
    path = path_of(address, own, resolve(route.kwargs, own))
    query, post = resolve(route.query, own), resolve(route.post or {}, own)
    got = attempts.ask(client, "GET", path, f"{role}", data=query)
    attempts.expect(got, (route.get or 405) if may else 403, f"{role} GET")
    if may and route.get and first:
        if route.query:
            attempts.ask(client, "GET", path, f"{role} without a query")
        fragment = attempts.ask(client, "GET", path, f"{role} by htmx", data=query, **{"HX-Request": "true"})
        attempts.expect(fragment, route.get, f"{role} GET by htmx")
    posted = attempts.ask(client, "POST", path, f"{role}", data=post)
    may_post = may and (route.post_needs is None or allows(role, route.post_needs))
    attempts.expect(
        posted, (405 if route.post is None else route.posted) if may_post else 403, f"{role} POST"
    )


def _try_the_others_ids(
    attempts: Attempts,
    client: Client,
    address: Address,
    route: Route,
    worlds: Worlds,
    role: Role,
    missing: dict[tuple[str, str], Answer],
) -> None:
    """Another organisation's id, in any place, is answered as one that nobody has.

    In the path that is the same for everybody: the first who may asks for it (`missing`).
    """
    for where, name, label in positions(route):
        for method in _methods_at(route, where):
            what = f"{role} {method} with {name} in the {where}"
            theirs = _asked(attempts, client, address, route, worlds.atelier, (where, name), worlds.rival.id(label), method, what)  # fmt: skip
            if where != "path" or (name, method) not in missing:
                nobodys = _asked(attempts, client, address, route, worlds.atelier, (where, name), NOBODY, method, what)  # fmt: skip
                missing.setdefault((name, method), nobodys)
            else:
                nobodys = missing[name, method]
            attempts.expect_alike(theirs, nobodys, what)
            if where == "path":
                attempts.expect(theirs, route.refusals.get(name, 404), what)


def _try_the_others_ids_in_vain(
    attempts: Attempts, client: Client, address: Address, route: Route, worlds: Worlds, role: Role
) -> None:
    """Who may not open the page at all is sent away whatever the ids, before any is looked at: all at once."""
    for method in _methods(route):
        theirs: dict[str, dict[str, UUID]] = {"path": {}, "query": {}, "body": {}}
        for where, name, label in positions(route):
            if method in _methods_at(route, where):
                theirs[where][name] = worlds.rival.id(label)
        if any(theirs.values()):
            path = path_of(address, worlds.atelier, resolve(route.kwargs, worlds.atelier, theirs["path"]))
            given, swapped = (
                (route.query, theirs["query"]) if method == "GET" else (route.post or {}, theirs["body"])
            )
            data = resolve(given, worlds.atelier, swapped)
            what = f"{role} {method} with every id of the other's"
            attempts.expect(attempts.ask(client, method, path, what, data=data), 403, what)


def _methods_at(route: Route, where: str) -> list[str]:
    """The methods with which an id can be in the path, the query or the body."""
    return [one for one in _methods(route) if (where, one) not in (("body", "GET"), ("query", "POST"))]


def _asked(
    attempts: Attempts,
    client: Client,
    address: Address,
    route: Route,
    own: World,
    place: tuple[str, str],
    one: UUID,
    method: str,
    what: str,
) -> Answer:
    """The answer to a request in which one id is `one` and all else is one's own, without what may differ."""
    path, data = _with_id(address, route, own, *place, one, method)
    return neutral(attempts.ask(client, method, path, what, data=data), one, path)


def _with_id(
    address: Address, route: Route, own: World, where: str, name: str, one: UUID, method: str
) -> tuple[str, dict[str, Any]]:
    """The path and the data of a request in which one id is `one` and all else is one's own."""
    swap = {name: one}
    path = path_of(address, own, resolve(route.kwargs, own, swap if where == "path" else None))
    given = route.query if method == "GET" else route.post or {}
    return path, resolve(given, own, swap if where != "path" else None)


def _try_without_signing_in(attempts: Attempts, address: Address, route: Route, own: World) -> None:
    path = path_of(address, own, resolve(route.kwargs, own))
    for method in METHODS:
        answer = attempts.ask(Client(), method, path, "nobody", data=resolve(route.post or {}, own))
        attempts.expect(answer, 302, f"nobody {method}")


# API ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", named(API))
def test_no_key_opens_another_organisation(
    address: Address, worlds: Worlds, tally: Callable[..., None]
) -> None:
    route = route_of(address, API_ROUTES, "API_ROUTES")
    own, attempts = worlds.atelier, Attempts(worlds.rival)
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {own.token}"})
    path, query = path_of(address, own, resolve(route.kwargs, own)), resolve(route.query, own)
    for data in (query, {}):
        attempts.expect(attempts.ask(client, "GET", path, "key", data=data), route.get or 405, "key GET")
    attempts.expect(
        attempts.ask(client, "POST", path, "key", data=resolve(route.post or {}, own)),
        405 if route.post is None else route.posted,
        "key POST",
    )
    for where, name, label in positions(route):
        for method in _methods_at(route, where):
            what = f"key {method} with {name} in the {where}"
            theirs, nobodys = (
                _asked(attempts, client, address, route, own, (where, name), one, method, what)
                for one in (worlds.rival.id(label), NOBODY)
            )
            attempts.expect_alike(theirs, nobodys, what)
            if where == "path":
                attempts.expect(theirs, 404, what)
    for header in ("", "Bearer nothing", f"Bearer {worlds.rival.token[:-1]}", f"Basic {own.token}"):
        bare = Client(raise_request_exception=False, headers={"Authorization": header} if header else {})
        for method in METHODS:
            attempts.expect(
                attempts.ask(bare, method, path, "no key"), 401, f"{method} with {header[:6] or 'no'} key"
            )
    if fingerprint(worlds.rival) != worlds.print:
        attempts.leaks.append("the other organisation's rows have changed")
    settle(attempts, tally)


# The rest ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", named(PUBLIC))
def test_no_public_address_shows_an_organisation_to_another(
    address: Address, worlds: Worlds, tally: Callable[..., None]
) -> None:
    route = route_of(address, PUBLIC_ROUTES, "PUBLIC_ROUTES")
    attempts = Attempts(worlds.rival)
    path = path_of(address, worlds.atelier, resolve(route.kwargs, worlds.atelier))
    for role in (None, *Role):
        client = worlds.clients[role] if role else Client(raise_request_exception=False)
        for method in METHODS:
            answer = attempts.ask(
                client, method, path, role or "nobody", data=resolve(route.post or {}, worlds.atelier)
            )
            if role and method == "GET" and route.get:
                known = route.get if isinstance(route.get, tuple) else (route.get,)
                attempts.expect(answer, (*known, 302), f"{role} GET")
    if fingerprint(worlds.rival) != worlds.print:
        attempts.leaks.append("the other organisation's rows have changed")
    settle(attempts, tally)
