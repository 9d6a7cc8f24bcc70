"""Why a landing moved: each line by hand, on one stage whose chance to be won falls by age."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.domain.landing import Calendar, Known, Window, tree
from pipeline.domain.landing_counts import LOST as OUT
from pipeline.domain.landing_counts import ON, Counts, Daily, Stays, learn_counts
from pipeline.domain.landing_flow import LINES, LOST, NOT_THERE, OPEN, WON, Side, flow
from pipeline.domain.landing_known import OpenDeals

DAYS = 7


def known(*open_deals: tuple[int, int, float]) -> Known:
    """Two people in a company. Of 40 deals that were in the stage, 20 were won on day 20 and 20 lost on day 30. Open ones:
    leaf, age, amount."""
    leaf, age, amount = zip(*open_deals, strict=True) if open_deals else ((), (), ())
    nobody = np.zeros(0, dtype=np.int64)
    lived = np.array([20, 20], dtype=np.int64)
    both = np.array([0, 0, 1, 1], dtype=np.int64)
    counts = Counts(
        as_of=100,
        stages=1,
        stays=Stays(
            both, np.ones(4, dtype=np.int64), np.array([20, 30, 20, 30]), np.array([ON, OUT, ON, OUT]), np.full(4, 20.0)
        ),
        open=OpenDeals(
            np.array(leaf, dtype=np.int64), np.zeros(len(leaf), dtype=np.int64), np.array(age, dtype=np.int64),
            np.array(amount, dtype=float),
        ),
        opened=Daily(lived * 0, lived, np.ones(2), np.zeros(2)),
        won=Daily(nobody, nobody, np.zeros(0), np.zeros(0)),
    )  # fmt: skip
    scopes = tree([[0, 1], [0], [1]], [-1, 0, 0], 2)
    calendar = Calendar(-400, np.ones(700), np.zeros(700, dtype=np.int64))
    return learn_counts(counts, scopes, calendar, Window(91, 110), np.ones((3, 700)))


def side(*deals: tuple[int, int, int, float]) -> Side:
    """Rows of state, leaf, age, amount."""
    state, leaf, age, amount = zip(*deals, strict=True)
    whole = [np.array(column, dtype=np.int64) for column in (state, leaf, age)]
    return Side(
        whole[0], whole[1], np.zeros(len(deals), dtype=np.int64), whole[2], np.array(amount, dtype=float)
    )


def lines(found: Known, before: tuple, after: tuple, scope: int = 0) -> dict[str, float]:
    amounts, _counts = flow(found, DAYS, side(before), side(after))
    return {name: amount for name, amount in zip(LINES, amounts[scope], strict=True) if amount}


def test_a_won_deal_brings_its_amount_less_what_it_was_counted_for():
    """10 days old a week ago with 17 days to go: day 20 lies in between, so it counted for half of 80."""
    assert lines(known(), (OPEN, 0, 10, 80.0), (WON, 0, 3, 100.0)) == pytest.approx({"won": 100 - 40})


def test_a_lost_deal_takes_away_what_it_was_counted_for():
    assert lines(known(), (OPEN, 0, 10, 80.0), (LOST, 0, 3, 80.0)) == pytest.approx({"lost": -40})


def test_a_new_deal_brings_what_it_counts_for():
    """5 days old, 10 days left: day 20 lies after the end. 12 days old: before it."""
    assert lines(known((0, 5, 60.0)), (NOT_THERE, 0, 0, 0.0), (OPEN, 0, 5, 60.0)) == {}
    assert lines(known((0, 12, 60.0)), (NOT_THERE, 0, 0, 0.0), (OPEN, 0, 12, 60.0)) == pytest.approx(
        {"new": 30}
    )


def test_an_amount_that_changed_stands_apart_from_the_time_that_passed():
    """Half of 20 more; still as likely."""
    found = lines(known((0, 17, 100.0)), (OPEN, 0, 10, 80.0), (OPEN, 0, 17, 100.0))
    assert found == pytest.approx({"amount": 10})


def test_a_deal_that_stood_still_loses_what_the_week_cost_it():
    """15 days old a week ago it would be won on day 20 with one chance in two; now 22 days old, day 20 has gone by."""
    amounts, counts = flow(known((0, 22, 80.0)), DAYS, side((LOST, 0, 50, 0.0)), side((LOST, 0, 57, 0.0)))
    at = LINES.index("waited")
    assert amounts[0, at] == pytest.approx(-40)
    assert counts[0, at] == 1


def test_a_deal_handed_over_moves_between_people_and_not_in_the_company():
    found = known((1, 17, 80.0))
    assert lines(found, (OPEN, 0, 10, 80.0), (OPEN, 1, 17, 80.0)) == {}
    assert lines(found, (OPEN, 0, 10, 80.0), (OPEN, 1, 17, 80.0), scope=1) == pytest.approx({"handed": -40})
    assert lines(found, (OPEN, 0, 10, 80.0), (OPEN, 1, 17, 80.0), scope=2) == pytest.approx({"handed": 40})


def test_a_win_taken_back_is_undone():
    assert lines(known(), (WON, 0, 3, 100.0), (LOST, 0, 1, 0.0)) == pytest.approx({"undone": -100})


def test_the_lines_add_up_to_the_difference_of_what_is_booked_and_open():
    """A week ago 10 and 15 days old, worth 80 and 60: half of each counted. Now one is won for 90, the other stood still."""
    found = known((1, 22, 60.0))
    amounts, _counts = flow(found, DAYS, side((OPEN, 0, 10, 80.0)), side((WON, 0, 2, 90.0)))
    assert amounts[0].sum() == pytest.approx((90 + 0) - (40 + 30))
