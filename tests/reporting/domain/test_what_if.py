"""What-if: today is the landing itself, what moves adds up, and open padlocks give what the target needs (R20, F1)."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from objectives.domain import padlocks
from pipeline.domain.landing import (
    Calendar,
    Deals,
    Measure,
    Noise,
    Past,
    Window,
    cases,
    land,
    learn,
    summary,
    tree,
)
from pipeline.domain.landing_creation import rhythm
from reporting.domain import what_if
from reporting.domain.channel_mix import Channel, worths, yield_ratio
from reporting.domain.scenario_answer import MIX, Answer, Board, Wish, answers
from reporting.domain.what_if_cost import Effort, Spending, cost

NOISE = Noise(seed=5)
NO_PAST = Past(np.zeros(0), np.zeros(0), np.zeros(0))
AS_OF, WINDOW = 760, Window(731, 820)
AFTER, UNTIL = WINDOW.ahead(AS_OF)


def pipeline(size: int = 900) -> Deals:
    """Two stages, ten days each at the mean; a deal in two passes each; a third are still open."""
    random = np.random.default_rng(7)
    opened = np.sort(random.integers(0, AS_OF, size)).astype(float)
    first, second = opened + random.integers(1, 20, size), opened + random.integers(20, 60, size)
    passed, won = random.random(size) < 0.5, random.random(size) < 0.5
    closed = np.where(passed, second, first)
    closed[closed > AS_OF] = np.nan
    reached = np.where(passed & (first <= AS_OF), first, np.nan)
    return Deals(
        as_of=AS_OF, opened=opened, entered=np.column_stack([opened, reached]), closed=closed,
        won=passed & won & ~np.isnan(closed), amount=random.integers(50, 150, size) * 100.0, leaf=np.zeros(size, dtype=np.int64),
    )  # fmt: skip


DEALS = pipeline()
CALENDAR = Calendar(0, np.ones(900), np.arange(900) // 31 % 12)
KNOWN = learn(DEALS, tree([[0]], [-1], 1), CALENDAR, WINDOW)


def basis() -> what_if.Basis:
    curves, scopes = KNOWN.curves, KNOWN.scopes
    weights = rhythm(DEALS, CALENDAR, np.ones(900))[CALENDAR.span(AS_OF + 1, AS_OF + UNTIL)]
    pace = KNOWN.pace.shape[0] / KNOWN.pace.exposure[0]
    stage, chance, value = what_if.open_deals(
        DEALS, [0], what_if.chances(curves, scopes, 0, AFTER, UNTIL), KNOWN.worth, 0
    )
    booked = DEALS.won & (DEALS.closed >= WINDOW.first)
    return what_if.Basis(
        booked=float(DEALS.amount[booked].sum()), stage=stage, chance=chance, value=value,
        new=what_if.new_wins(curves, scopes, 0, weights * pace, AFTER, UNTIL), pace_shape=float(KNOWN.pace.shape[0]),
        rate=float(KNOWN.rate[0]), rate_doubt=float(KNOWN.rate_doubt[0]), value_mean=float(KNOWN.worth.mean[0]),
        value_spread=float(KNOWN.worth.spread[0]), value_doubt=float(KNOWN.worth.doubt[0]),
    )  # fmt: skip


BASIS = basis()
KEYS = ["volume", "capacity", "first", "second", "average_value", "cycle_days"]
BOARD = Board(
    keys=KEYS, today=np.array([2.0, 3.0, 0.5, 0.5, 10_000.0, 40.0]),
    best=np.array([3.0, 3.0, 0.6, 0.55, 11_000.0, 30.0]), opened=(0, 1), value=4, length=5, rates=(2, 3),
)  # fmt: skip


def asked(*wishes: Wish) -> list[Answer]:
    return answers(BOARD, BASIS, NO_PAST, NOISE, wishes, [None] * (len(wishes) + 1))


def moved(**values: float) -> Wish:
    return Wish(values, frozenset(), values.pop("mix", 1.0), None)


def test_today_is_the_landing_itself() -> None:
    one = cases(KNOWN, Measure.AMOUNT, [0])
    told = summary(one, land(one, NO_PAST, NOISE), [np.nan])
    (today,) = asked()

    assert (today.mean, today.low, today.high) == pytest.approx((told.mean[0], told.low[0], told.high[0]))


def test_what_stays_where_it_is_changes_nothing() -> None:
    today, same = asked(moved(volume=2.0, first=0.5))

    assert (same.mean, same.change, same.parts) == (today.mean, 0, {})


@pytest.mark.parametrize(
    ("key", "better"),
    [("volume", 3.0), ("capacity", 4.0), ("first", 0.6), ("second", 0.6), ("average_value", 12_000.0), ("cycle_days", 30.0)],
)  # fmt: skip
def test_a_better_lever_lands_higher_and_a_worse_one_lower(key: str, better: float) -> None:
    now = float(BOARD.today[KEYS.index(key)])
    today, up, down = asked(moved(**{key: better}), moved(**{key: now * now / better}))

    assert down.mean < today.mean < up.mean
    assert up.parts == {key: up.change}


def test_a_rate_moves_the_deals_that_have_its_stage_before_them_and_no_others() -> None:
    """A deal in the second stage has passed the first: only what comes after it is moved."""
    ones = np.ones((1, 2))
    later = what_if.Moves(ones[:, 0], np.array([[1.2, 1.0]]), ones[:, 0], ones[:, 0])
    before = what_if.moved(BASIS, what_if.Moves(ones[:, 0], ones, ones[:, 0], ones[:, 0]))
    after = what_if.moved(BASIS, later)
    first = BASIS.stage == 0

    assert after.chance[first] == pytest.approx(np.minimum(before.chance[first] * 1.2, 1.0))
    assert after.chance[~first] == pytest.approx(before.chance[~first])
    assert after.new == pytest.approx(before.new * 1.2)


@settings(max_examples=15)
@given(
    st.lists(st.floats(0.7, 1.4), min_size=6, max_size=6),
    st.floats(0.8, 1.2),
)
def test_the_parts_of_the_levers_add_up_to_the_change_to_the_unit(factors: list[float], mix: float) -> None:
    values = dict(zip(KEYS, (BOARD.today * factors).tolist(), strict=True))
    today, then = asked(Wish(values, frozenset(), mix, None))

    assert sum(then.parts.values()) == then.change == round(then.mean) - round(today.mean)


def test_the_parts_are_the_mean_over_all_orders_of_moving() -> None:
    """Shapley by its definition, on a game of three levers."""
    worth = np.random.default_rng(3).random(8)

    def game(inside: np.ndarray) -> np.ndarray:
        return worth[inside @ np.array([1, 2, 4])]

    by_order = np.zeros(3)
    for order in permutations(range(3)):
        done = 0
        for player in order:
            by_order[player] += worth[done | (1 << player)] - worth[done]
            done |= 1 << player

    assert what_if.shares(game, 3, worth[7] - worth[0]) == pytest.approx(by_order / 6)


def test_levers_that_act_alike_share_alike() -> None:
    _, then = asked(moved(volume=3.0, capacity=4.5))

    assert abs(then.parts["volume"] - then.parts["capacity"]) <= 1


def test_the_mix_of_channels_is_a_lever_of_its_own() -> None:
    _, then = asked(Wish({}, frozenset(), 1.1, None))

    assert then.parts == {MIX: then.change}
    assert then.change > 0


# Padlocks -------------------------------------------------------------------------------------------------------


def test_free_levers_move_together_until_the_target_is_met() -> None:
    today = asked()[0]
    goal = today.mean * 1.05
    _, then = asked(Wish({}, frozenset({"first", "second"}), 1.0, goal))

    assert then.mean == pytest.approx(goal, rel=2e-3)
    assert then.residual == then.surplus == 0.0
    first, second = then.values[2], then.values[3]
    assert 0.5 < first < 0.6
    # Both have gone the same part of the way to their best.
    assert np.log(first / 0.5) / np.log(0.6 / 0.5) == pytest.approx(np.log(second / 0.5) / np.log(0.55 / 0.5))
    assert then.values[[0, 1, 4, 5]].tolist() == BOARD.today[[0, 1, 4, 5]].tolist()


def test_beyond_their_best_the_rest_is_said_in_money() -> None:
    today = asked()[0]
    goal = today.mean * 3
    _, then = asked(Wish({}, frozenset({"second"}), 1.0, goal))

    assert then.values[3] == pytest.approx(0.55)
    assert then.residual == pytest.approx(goal - then.mean)
    assert then.at_best == {"second"}


def test_a_target_that_is_met_moves_nothing_and_shows_the_surplus() -> None:
    today = asked()[0]
    _, then = asked(Wish({}, frozenset(KEYS), 1.0, today.mean * 0.9))

    assert then.parts == {}
    assert then.surplus == pytest.approx(today.mean * 0.1)


@given(st.lists(st.floats(1.0, 2.0), min_size=2, max_size=4), st.floats(0.5, 5.0))
def test_on_a_product_the_padlocks_are_those_of_the_funnel(rises: list[float], target: float) -> None:
    """The way toward the own best is F1's: the same levers at the same place."""
    ones = np.ones(len(rises))
    solved = padlocks.solve(ones, rises, np.zeros(len(rises), dtype=bool), target)
    part = what_if.toward(lambda parts: np.prod(np.array(rises) ** parts[:, np.newaxis], axis=1), target)

    assert np.array(rises) ** part == pytest.approx(solved.values, rel=1e-6)


# Channels and cost ----------------------------------------------------------------------------------------------


def channel(name: str, share: float, worth: float) -> Channel:
    return Channel(name, name, share, 10, 0.2, 0.1, 0.3, worth)


def test_more_of_the_better_channel_is_worth_more() -> None:
    both = [channel("phone", 0.5, 1_000.0), channel("referral", 0.5, 3_000.0)]

    assert yield_ratio(both, {}) == 1.0
    assert yield_ratio(both, {"phone": 0.5, "referral": 0.5}) == 1.0
    assert yield_ratio(both, {"phone": 0.25, "referral": 0.75}) == 1.25


def test_a_channel_of_few_wins_is_valued_mostly_like_the_others() -> None:
    """1 win of 40 000 and 99 of 10 000: (40 000 + 10 × 10 300) / 11 = 13 000."""
    found = worths([0.5, 0.5], [1, 99], [40_000, 990_000])

    assert found[0] == pytest.approx(0.5 * 13_000)


def test_the_cost_is_people_activities_and_partners() -> None:
    """10 days at 400, 5 calls a week at 3 and 2 meetings at 100 over 4 weeks, fees of 1 000: 4 000 + 60 + 800 + 1 000."""
    spent = Spending(400, 10.0, (Effort("phone", 5, 3), Effort("partner", 2, 100)), 1_000, 4.0, ())

    assert cost(spent) == 5_860
    assert cost(spent, capacity=1.5, opened=2.0) == 6_000 + 120 + 1_600 + 1_000
    assert cost(spent, mix={"phone": 0.0}) == 5_800
