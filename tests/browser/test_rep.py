"""A salesperson: the own week, path and stages, on a phone; nobody else's."""

from __future__ import annotations

from collections.abc import Callable

from tenants.domain.roles import Role
from tests.browser.hand import Hand


def test_a_rep_reads_the_week_on_a_phone(enter: Callable[..., Hand]) -> None:
    hand = enter("nordalys", Role.REP)
    hand.shot("week")
    print(hand.sentence(), hand.page.url)
