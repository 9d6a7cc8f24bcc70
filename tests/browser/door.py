"""Who comes in, with which browser profile."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page, ViewportSize

from demo.organisations import DEMOS, PASSWORD
from tenants.domain.roles import Role
from tests.browser.hand import Hand
from tests.browser.watch import Watch

WIDE: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
PATIENCE_MS = 30_000
# Of two organisations, somebody has the language of the first.
LANGUAGES = {email: demo.language for demo in reversed(DEMOS) for email, _name in demo.logins.values()}
# The cheapest page of the house. One that lies there keeps Chromium's process, and the scripts that it has compiled.
REST = "/healthz"


@dataclass(frozen=True, slots=True)
class Profile:
    """A browser profile, which was new and empty when its first visitor came, what is seen in it, and its pages: `rest`
    are those that nobody looks at."""

    context: BrowserContext
    watch: Watch
    rest: list[Page] = field(default_factory=list)


@dataclass
class Door:
    """Somebody signs in with the form once; later journeys of theirs go on in the same profile and page.

    A new page, and the window around it, costs Chromium up to four times what the next address costs in one that is there.
    """

    chromium: Browser
    address: str
    kept: dict[Hashable, Profile] = field(default_factory=dict)
    cookies: dict[str, Any] = field(default_factory=dict)
    pages: list[tuple[Profile, Page]] = field(default_factory=list)
    own: list[Profile] = field(default_factory=list)

    def come_in(
        self, slug: str = "", role: Role = Role.DIRECTOR, *, email: str = "", language: str = "", fresh: bool = False,
        size: dict[str, int] = WIDE, shots: Path | None = None, **options: Any,
    ) -> Hand:  # fmt: skip
        """A Hand that is signed in, at the organisation's door.

        email: somebody else. fresh: nobody is signed in, the language is given, and the profile is the journey's own. Of
        other options, which are the browser's, each set has a profile.
        """
        if slug and not email:
            email = next(demo for demo in DEMOS if demo.slug == slug).logins[role][0]
        language = language or LANGUAGES.get(email, "en")
        profile = self._profile(email, language, fresh, options)
        page = profile.rest.pop() if profile.rest else profile.context.new_page()
        self.pages.append((profile, page))
        page.set_viewport_size(size)  # type: ignore[arg-type]
        hand = Hand(page, profile.watch, address=self.address, language=language, shots=shots)
        if not fresh and email not in self.cookies:
            sign_in(hand, email)
            self.cookies[email] = profile.context.storage_state()
        if slug:
            assert hand.open(f"/o/{slug}/") == 200
        return hand

    def _profile(self, email: str, language: str, fresh: bool, options: dict[str, Any]) -> Profile:
        key = (email, *sorted(options.items()))
        if not fresh and key in self.kept:
            return self.kept[key]
        context = self.chromium.new_context(
            locale={"fr": "fr-FR", "en": "en-GB"}[language],
            storage_state=None if fresh else self.cookies.get(email),
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        profile = Profile(context, Watch(context, self.address))
        if fresh:
            self.own.append(profile)
        else:
            self.kept[key] = profile
        return profile

    def close(self) -> list[str]:
        """The end of a journey; what was seen in it and must not be. A page that the journey closed is not used again."""
        pages, self.pages = self.pages, []
        own, self.own = self.own, []
        for profile, page in pages:
            if profile not in own and not page.is_closed():
                self._lay_to_rest(profile, page)
        faults = [fault for profile in (*self.kept.values(), *own) for fault in profile.watch.end()]
        for profile in own:
            profile.context.close()
        return faults

    def _lay_to_rest(self, profile: Profile, page: Page) -> None:
        """Empty `page` for the next journey. One that a broken journey left where it cannot be emptied is closed."""
        try:
            page.unroute_all()
            page.goto(self.address + REST)
            page.evaluate("sessionStorage.clear()")
        except Error:
            page.close()
        else:
            profile.rest.append(page)


def sign_in(hand: Hand, email: str, password: str = PASSWORD) -> None:
    """With the form and the mouse."""
    hand.open("/accounts/login/")
    hand.type(hand.page.locator("#id_login"), email)
    hand.type(hand.page.locator("#id_password"), password)
    hand.click(hand.button("Sign in"))
    hand.page.wait_for_url(re.compile(r"^(?!.*/accounts/login/)"))
