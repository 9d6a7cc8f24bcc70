"""One house, one Chromium, and a new empty profile for everybody who comes in."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from playwright.sync_api import Browser, expect, sync_playwright

from config.environment import redis_database
from tenants.domain.roles import Role
from tests import databases, servers
from tests.browser.chromium import launch
from tests.browser.door import PATIENCE_MS, Door
from tests.browser.hand import Hand
from tests.browser.house import House

# A picture of every step, for somebody who wants to look: BOUSSOLE_SHOTS=build/screens make test
SHOTS = Path(os.environ["BOUSSOLE_SHOTS"]).resolve() if os.environ.get("BOUSSOLE_SHOTS") else None
HERE = Path(__file__).resolve().parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of several test processes one runs all of these, since they share a house.

    A journey that is written for both languages is walked in one of them; in the other by `make drill`. It is the French one
    inside an organisation, whose words are the longer ones, and the English one on the way to a first organisation.
    """
    for item in items:
        if item.path.parent == HERE:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
            given = item.callspec.params if hasattr(item, "callspec") else {}
            if given.get("slug") == "brightpath" or given.get("language") == "fr":
                item.add_marker(pytest.mark.drill)


@pytest.fixture(scope="package")
def house(
    request: pytest.FixtureRequest, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    if "PYTEST_XDIST_WORKER" in os.environ and not all(
        item.nodeid.endswith("@browser") for item in request.session.items if item.path.parent == HERE
    ):
        pytest.fail("several test processes would share the house: run pytest-xdist with --dist loadgroup")
    corner = servers.another()
    with django_db_blocker.unblock():
        databases.prepare(corner)
    for steps in (0, 1):
        with redis.from_url(redis_database(corner.redis_url, steps)) as valkey:
            valkey.flushdb()
    house = House(corner, tmp_path_factory.mktemp("house"))
    if SHOTS is not None:
        shutil.rmtree(SHOTS, ignore_errors=True)
    try:
        house.open()
        yield house
    finally:
        house.close()
        databases.drop(corner)
        servers.leave(corner)


@pytest.fixture(scope="package")
def chromium(house: House) -> Iterator[Browser]:
    """Ended with the package: while Playwright runs, Django refuses its ORM to this process."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def door(house: House, chromium: Browser) -> Door:
    return Door(chromium, house.address)


@pytest.fixture
def enter(house: House, door: Door, request: pytest.FixtureRequest) -> Iterator[Callable[..., Hand]]:
    """`enter("nordalys", Role.DIRECTOR)`: see `Door.come_in`.

    At the end: no request has left the host, no breach of the content policy, no error of a script or of the server.
    """
    name = re.sub(r"\W+", "-", f"{request.node.path.stem}-{request.node.name}").strip("-")

    def come_in(slug: str = "", role: Role = Role.DIRECTOR, **given: Any) -> Hand:
        house.furnish(slug)
        number = len(door.pages) + 1
        shots = SHOTS and SHOTS / (f"{name}-{number}" if number > 1 else name)
        return door.come_in(slug, role, shots=shots, **given)

    yield come_in
    assert door.close() == []
