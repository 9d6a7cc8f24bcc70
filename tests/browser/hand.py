"""A person at the pages: opens, clicks, types, reads, in French or English, and where asked keeps a picture of every step.

Words are given as in the source, in English, and looked for as the reader sees them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils import translation
from playwright.sync_api import Locator, Page, Response, expect

from tests.browser.watch import Watch

LONGEST_WALK = 600
# Whether an element has the focus, and shows it.
REACHED = """element => {
    if (!element.isConnected) return "gone";
    if (element !== document.activeElement) return "";
    const style = getComputedStyle(element);
    return element.matches(":focus-visible") && (style.outlineStyle !== "none" || style.boxShadow !== "none")
        ? "visibly" : "unseen";
}"""

# Whether nothing has the focus yet and the element stands in the content of the page.
AT_THE_DOOR = "element => document.activeElement === document.body && Boolean(element.closest('#content'))"


class Hand:
    """clicks and keys count what the person did; `address` is that of the house, `shots` a folder, None for no pictures."""

    def __init__(self, page: Page, watch: Watch, *, address: str, language: str, shots: Path | None) -> None:
        self.page, self.watch, self.address = page, watch, address
        self.language, self.shots = language, shots
        self.clicks = self.keys = self._shot = 0

    def words(self, text: str, context: str = "", values: Any = None) -> str:
        """`text` in the reader's language, with the values of its % places."""
        with translation.override(self.language):
            found = translation.pgettext(context, text) if context else translation.gettext(text)
        return found if values is None else found % values

    # Going and looking --------------------------------------------------------------------------------------

    def open(self, path: str) -> int:
        """Type an address; the status of the answer."""
        answer: Response | None = self.page.goto(self.address + path)
        assert answer is not None
        return answer.status

    def link(self, text: str, context: str = "", within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_role("link", name=self.words(text, context), exact=True)

    def button(self, text: str, within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_role("button", name=self.words(text), exact=True)

    def field(self, label: str) -> Locator:
        """The label may be followed by “optional”, or hold a list."""
        return self.page.get_by_label(re.compile(rf"^\s*{re.escape(self.words(label))}"))

    def see(self, text: str, context: str = "", values: Any = None) -> None:
        expect(self.page.locator("main")).to_contain_text(self.words(text, context, values))

    def heading(self, text: str, context: str = "") -> None:
        expect(self.page.locator("h1")).to_have_text(self.words(text, context))

    def sentence(self) -> str:
        """The page's answer, its spaces made plain."""
        return " ".join(self.page.locator(".answer").inner_text().split())

    def shot(self, name: str) -> None:
        if self.shots is None:
            return
        self._shot += 1
        self.shots.mkdir(parents=True, exist_ok=True)
        # Hiding the caret would put a style into the page, which its content policy forbids.
        self.page.screenshot(path=self.shots / f"{self._shot:02}-{name}.png", caret="initial")

    # With the mouse -----------------------------------------------------------------------------------------

    def click(self, target: Locator) -> None:
        target.click()
        self.clicks += 1

    def go(self, text: str, context: str = "") -> None:
        """By the main navigation."""
        self.click(
            self.page.locator("aside nav").get_by_role("link", name=self.words(text, context), exact=True)
        )

    def type(self, target: Locator, text: str) -> None:
        """Click into a field and type over what is there."""
        self.click(target)
        target.fill(text)

    def choose(self, target: Locator, **option: Any) -> None:
        """Open a list and take a line of it: two clicks of a person's mouse."""
        target.select_option(**option)
        self.clicks += 2

    def attach(self, target: Locator, file: Path | dict[str, Any]) -> None:
        """Open the file dialogue, choose the file: two clicks, and one more to confirm."""
        target.set_input_files(file)  # type: ignore[arg-type]
        self.clicks += 3

    def leave(self, target: Locator) -> None:
        """Leave a field, so that the page takes what was typed."""
        target.blur()

    # With the keyboard --------------------------------------------------------------------------------------

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1

    def walk_to(self, target: Locator) -> None:
        """Press Tab until `target` has the focus, and see that the focus is visible there.

        Where a page's first link offers to skip what stands before its content, that is taken.
        """
        # Found once: the words of a whole page are read for it, which would be the most of every step.
        there = target.element_handle()
        if there.evaluate(AT_THE_DOOR):
            self.press("Tab")
            if self.page.locator("body > .skip-link").evaluate(REACHED) == "visibly":
                self.press("Enter")
        for _ in range(LONGEST_WALK):
            reached = there.evaluate(REACHED)
            if reached == "gone":
                there = target.element_handle()
            elif reached:
                assert reached == "visibly", f"the focus is not visible on {target}"
                return
            self.press("Tab")
        raise AssertionError(f"{target} is not reached with Tab")

    def press_on(self, target: Locator, key: str = "Enter") -> None:
        self.walk_to(target)
        self.press(key)

    def key_in(self, target: Locator, text: str) -> None:
        """Walk into a field and type over what is there."""
        self.walk_to(target)
        self.press("Control+a")
        self.page.keyboard.type(text)
        self.keys += len(text)

    # Waiting ------------------------------------------------------------------------------------------------

    @contextmanager
    def settled(self, path: str = "") -> Iterator[None]:
        """Wait for the answer to a request of the page (htmx) that what is done inside asks for."""
        with self.page.expect_response(
            lambda answer: path in answer.url and answer.request.resource_type == "xhr"
        ):
            yield
        self.page.wait_for_function(
            "() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')"
        )
