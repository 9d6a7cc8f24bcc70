"""One house, one Chromium, and a new empty profile for everybody who comes in."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from config.environment import redis_database
from demo.organisations import DEMOS, PASSWORD
from tenants.domain.roles import Role
from tests import databases, servers
from tests.browser.chromium import launch
from tests.browser.hand import Hand
from tests.browser.house import ROOT, House
from tests.browser.watch import Watch

SHOTS = ROOT / "build" / "screens"
HERE = Path(__file__).resolve().parent
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
PATIENCE_MS = 15_000
# Of two organisations, somebody has the language of the first.
LANGUAGES = {email: demo.language for demo in reversed(DEMOS) for email, _name in demo.logins.values()}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of several test processes one runs all of these, since they share a house."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="package")
def house(django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    corner = servers.another()
    with django_db_blocker.unblock():
        databases.prepare(corner)
    for steps in (0, 1):
        with redis.from_url(redis_database(corner.redis_url, steps)) as valkey:
            valkey.flushdb()
    house = House(corner, tmp_path_factory.mktemp("house"))
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
def cookies() -> dict[str, Any]:
    """By e-mail address: who has signed in with the form once needs not do it again in every journey."""
    return {}


@pytest.fixture
def enter(
    house: House, chromium: Browser, cookies: dict[str, Any], request: pytest.FixtureRequest
) -> Iterator[Callable[..., Hand]]:
    """`enter("nordalys", Role.DIRECTOR)`: a Hand that is signed in, at the organisation's door.

    email: somebody else. fresh: nobody is signed in, the language is given. Other options are the browser's. At the
    end: no request has left the host, no breach of the content policy, no error of a script or of the server.
    """
    opened: list[tuple[BrowserContext, Watch]] = []

    def come_in(
        slug: str = "", role: Role = Role.DIRECTOR, *, email: str = "", language: str = "", fresh: bool = False,
        size: dict[str, int] = WIDE, **options: Any,
    ) -> Hand:  # fmt: skip
        if slug and not email:
            email = next(demo for demo in DEMOS if demo.slug == slug).logins[role][0]
        language = language or LANGUAGES.get(email, "en")
        context = chromium.new_context(
            viewport=size, locale={"fr": "fr-FR", "en": "en-GB"}[language],
            storage_state=None if fresh else cookies.get(email), reduced_motion="reduce", **options,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE_MS)
        watch = Watch(context, house.address)
        opened.append((context, watch))
        name = re.sub(r"\W+", "-", f"{request.node.path.stem}-{request.node.name}").strip("-")
        shots = SHOTS / (f"{name}-{len(opened)}" if len(opened) > 1 else name)
        hand = Hand(context.new_page(), watch, address=house.address, language=language, shots=shots)
        if not fresh and email not in cookies:
            sign_in(hand, email)
            cookies[email] = context.storage_state()
        if slug:
            assert hand.open(f"/o/{slug}/") == 200
        return hand

    yield come_in
    faults = [fault for _context, watch in opened for fault in watch.faults]
    for context, _watch in opened:
        context.close()
    assert faults == []


def sign_in(hand: Hand, email: str, password: str = PASSWORD) -> None:
    """With the form and the mouse."""
    hand.open("/accounts/login/")
    hand.type(hand.page.locator("#id_login"), email)
    hand.type(hand.page.locator("#id_password"), password)
    hand.click(hand.button("Sign in"))
    hand.page.wait_for_url(re.compile(r"^(?!.*/accounts/login/)"))
