"""Landings from counts: the same figures as from the deals where they must be, the chain of stays, what past cycles came to."""

from __future__ import annotations

import numpy as np
import pytest

from bench.backtest.nightly import counts_of
from bench.backtest.organisations import QUARTER, calendar, organisation
from pipeline.domain.landing import Measure, Window, cases, learn, tree
from pipeline.domain.landing_counts import (
    LOST,
    ON,
    STILL,
    Daily,
    Stays,
    curves_of,
    learn_counts,
    past_of,
    worth_of,
)
from pipeline.domain.landing_creation import worth
from pipeline.domain.landing_curves import curves

ONE = tree([[0]], [-1], 1)
WHOLE = 10_000  # days: a period that holds every deal


def stays(*rows: tuple[int, int, int, int]) -> Stays:
    """Rows of way, age, end, count, all in one leaf."""
    way, age, end, count = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    return Stays(np.zeros(way.size, dtype=np.int64), way, age, end, count.astype(float))


@pytest.fixture(scope="module")
def made():
    return organisation(7_210)


@pytest.fixture(scope="module")
def deals(made):
    return made.known_at(10 * QUARTER)


def test_the_worked_example_of_f2_is_the_chance_to_move_on():
    """Durations 5 8 8 12 20 20 25 30, A A L – A – L –: CIF 0.40625, S 0.234375."""
    found = curves_of(
        stays(
            (1, 5, ON, 1), (1, 8, ON, 1), (1, 8, LOST, 1), (1, 12, STILL, 1), (1, 20, ON, 1), (1, 20, STILL, 1),
            (1, 25, LOST, 1), (1, 30, STILL, 1),
        ),
        ONE,
        1,
    )  # fmt: skip
    assert found.advanced[0, 0].sum() == pytest.approx(0.40625)
    assert found.stays[0, 0, -1] == pytest.approx(0.234375)


def test_the_chain_of_two_stages_is_the_convolution_of_their_stays():
    """Half moves on after 3 days; of those, a quarter is won after 4: an eighth is won, on day 7 and not before."""
    found = curves_of(stays((1, 3, ON, 2), (1, 3, LOST, 2), (2, 4, ON, 1), (2, 4, LOST, 3)), ONE, 2)
    assert found.won[0, 1, 6] == pytest.approx(0.0)
    assert found.won[0, 1, 7] == pytest.approx(0.125)
    assert found.lost[0, 1, -1] == pytest.approx(0.875)


def test_curves_of_counts_are_those_of_the_deals_behind_them(made, deals):
    scopes = tree([np.arange(made.team_of.size)], [-1], made.team_of.size)
    one, two = curves_of(counts_of(deals).stays, scopes, deals.entered.shape[1]), curves(deals, scopes, WHOLE)
    np.testing.assert_allclose(one.won[:, 0], two.won[:, 0])
    np.testing.assert_allclose(one.lost[:, 0], two.lost[:, 0])
    np.testing.assert_allclose(one.advanced, two.advanced)
    np.testing.assert_allclose(one.stays, two.stays)
    np.testing.assert_allclose(one.events[:, 0], two.events[:, 0])


def test_what_is_booked_open_and_started_is_that_of_the_deals(made, deals):
    people = made.team_of.size
    scopes = tree([np.arange(people), *([n] for n in range(people))], [-1] + [0] * people, people)
    window, rows = Window(deals.as_of - 29, deals.as_of + 61), np.arange(people + 1)
    capacity = np.ones((people + 1, calendar().worked.size))
    one = learn_counts(counts_of(deals), scopes, calendar(), window, capacity)
    two = learn(deals, scopes, calendar(), window, capacity)
    for measure in (Measure.AMOUNT, Measure.WINS):
        np.testing.assert_allclose(cases(one, measure, rows).booked, cases(two, measure, rows).booked)
    np.testing.assert_allclose(one.pace.shape, two.pace.shape)
    np.testing.assert_allclose(one.worth.mean, two.worth.mean)
    np.testing.assert_array_equal(one.deals.age, two.deals.age)


def test_wins_of_one_day_in_one_sum_keep_the_spread_of_single_wins(deals):
    """The same amounts, told one by one and in pairs of two: the spread of one deal is about the same."""
    random = np.random.default_rng(3)
    amount = np.exp(random.normal(0, 0.6, 4_000))
    alone = Daily(np.zeros(4_000, dtype=np.int64), np.full(4_000, 99), np.ones(4_000), amount)
    pairs = Daily(
        np.zeros(2_000, dtype=np.int64), np.full(2_000, 99), np.full(2_000, 2.0), amount.reshape(-1, 2).sum(1)
    )
    one, two = worth_of(alone, 100, ONE), worth_of(pairs, 100, ONE)
    assert two.mean == pytest.approx(one.mean)
    assert two.spread == pytest.approx(one.spread, rel=0.1)


def test_single_wins_are_worth_what_the_deals_say(made, deals):
    scopes = tree([np.arange(made.team_of.size)], [-1], made.team_of.size)
    priced = deals.won & ~np.isnan(deals.amount)
    assert priced.sum() == deals.won.sum()
    one, two = worth_of(counts_of(deals).won, deals.as_of, scopes), worth(deals, scopes)
    np.testing.assert_allclose(one.mean, two.mean)
    np.testing.assert_allclose(one.spread, two.spread)


def test_an_amount_without_a_count_raises_the_mean_and_counts_no_win():
    """A win of 100, and 20 credited for a part of somebody else's deal."""
    won = Daily(
        np.zeros(2, dtype=np.int64), np.array([90, 91]), np.array([1.0, 0.0]), np.array([100.0, 20.0])
    )
    assert worth_of(won, 100, ONE).mean == pytest.approx([120.0])


def test_past_cycles_tell_what_came_and_what_was_to_be_expected(made, deals):
    """Ten quarters of history, a year of it before the first eve: five cycles, which came to about what was expected."""
    scopes = tree([np.arange(made.team_of.size)], [-1], made.team_of.size)
    window = Window(deals.as_of + 1, deals.as_of + QUARTER)
    capacity = np.full((1, calendar().worked.size), float(made.team_of.size))
    counts = counts_of(deals)
    found = past_of(
        counts, learn_counts(counts, scopes, calendar(), window, capacity), calendar(), capacity[0]
    )
    wins = found[Measure.WINS]
    assert wins.actual.size == 5
    closed = deals.closed[deals.won]
    eve = window.first - 1 - QUARTER
    assert wins.actual[0] == ((closed > eve) & (closed <= eve + QUARTER)).sum()
    assert 0.6 < wins.mean.sum() / wins.actual.sum() < 1.6


def test_no_history_gives_no_past_cycle(made):
    early = made.known_at(QUARTER)
    scopes = tree([np.arange(made.team_of.size)], [-1], made.team_of.size)
    window = Window(early.as_of + 1, early.as_of + QUARTER)
    capacity = np.ones((1, calendar().worked.size))
    counts = counts_of(early)
    found = past_of(
        counts, learn_counts(counts, scopes, calendar(), window, capacity), calendar(), capacity[0]
    )
    assert found[Measure.AMOUNT].mean.size == 0
