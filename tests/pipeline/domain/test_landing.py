"""Landings: worked examples by hand, and what must hold whatever the data (formulas F6)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from objectives.domain.lead_time import open_contribution
from pipeline.domain.landing import (
    Calendar,
    Cases,
    Deals,
    LandingError,
    Measure,
    Noise,
    Past,
    Scopes,
    Window,
    cases,
    cycle_sizes,
    expected,
    land,
    learn,
    past_cycles,
    summary,
    tree,
)  # fmt: skip
from pipeline.domain.landing_creation import pace, rhythm, worth
from pipeline.domain.landing_curves import chance_new, chance_open, chance_open_whole, curves
from pipeline.domain.landing_draws import SHIFTS, draw

NEVER = np.nan
ONE = tree([[0]], [-1], 1)
NOISE = Noise(seed=5)
STILL = np.zeros(NOISE.size)
NO_PAST = Past(np.zeros(0), np.zeros(0), np.zeros(0))


def deals(*rows: tuple, as_of: int = 100, stages: int = 1) -> Deals:
    """Rows of (opened, entered…, closed, won, amount[, leaf]); entered has one day a stage."""
    table = [(*row, 0) if len(row) == stages + 4 else row for row in rows]
    columns = list(zip(*table, strict=True)) if table else [()] * (stages + 5)
    return Deals(
        as_of=as_of,
        opened=np.array(columns[0], dtype=float),
        entered=np.array(columns[1 : stages + 1], dtype=float).T.reshape(len(table), stages),
        closed=np.array(columns[stages + 1], dtype=float),
        won=np.array(columns[stages + 2], dtype=bool),
        amount=np.array(columns[stages + 3], dtype=float),
        leaf=np.array(columns[stages + 4], dtype=np.int64),
    )


def calendar(first: int = 0, days: int = 400) -> Calendar:
    """Every day is worked and lies in one month."""
    return Calendar(first, np.ones(days), np.zeros(days, dtype=np.int64))


def case(**given: object) -> Cases:
    """One case that brings nothing but what is given."""
    zero, one = np.zeros(1), np.ones(1)
    fields: dict[str, object] = {
        "booked": zero, "case": np.zeros(0, dtype=np.int64), "chance": np.zeros(0), "value": np.zeros(0), "new": zero,
        "pace_shape": np.array([1e6]), "rate": np.array([0.25]), "rate_doubt": zero, "shift": zero,
        "value_mean": one, "value_spread": zero, "value_doubt": zero,
    }  # fmt: skip
    return Cases(**(fields | {key: np.atleast_1d(value) for key, value in given.items()}))


def said(of: Cases, target: float, past: Past = NO_PAST, cycle: np.ndarray | None = None) -> object:
    drawn = land(of, past, NOISE) if cycle is None else draw(of, cycle, NOISE)
    return summary(of, drawn, np.full(of.booked.size, target))


# Curves ---------------------------------------------------------------------------------------------------------


def test_the_curves_are_aalen_johansen():
    """F2's example, won for advanced: 5 W, 8 W, 8 L, 12 open, 20 W, 20 open, 25 L, 30 open: 0.40625 and S 0.234375."""
    aged = [(30 - d, 30 - d, 30 - d + age if won is not None else NEVER, won or False, 1.0) for d, age, won in (
        (5, 5, True), (8, 8, True), (8, 8, False), (12, 12, None), (20, 20, True), (20, 20, None), (25, 25, False),
        (30, 30, None),
    )]  # fmt: skip
    found = curves(deals(*aged, as_of=30), ONE)

    assert found.won[0, 1, -1] == pytest.approx(0.40625)
    assert 1 - found.won[0, 1, -1] - found.lost[0, 1, -1] == pytest.approx(0.234375)
    assert found.at_risk[0, 1, :9].tolist() == [8, 8, 8, 8, 8, 8, 7, 7, 7]


def test_deals_from_before_the_period_count_from_the_age_that_they_had_when_it_began():
    """Ten days of period: a deal of day 0, lost on day 95, is at risk from the age of 91 days on."""
    found = curves(deals((0, 0, 95, False, 1.0)), ONE, period=10)

    assert found.at_risk[0, 0, [90, 91, 95, 96]].tolist() == [0, 1, 1, 0]
    assert found.lost[0, 0, -1] == 1.0


def test_what_ended_before_the_period_is_forgotten():
    found = curves(deals((0, 0, 50, True, 1.0), (95, 95, NEVER, False, 1.0)), ONE, period=10)

    assert found.won[0, 0, -1] == 0.0
    assert found.at_risk[0, 0, 0] == 1.0


def lives(won: int, lost: int, days: int = 10, **given: int) -> list[tuple]:
    """Deals of one stage that ended after some days, 40 days ago."""
    return [(50, 50, 50 + days, n < won, 100.0, given.get("leaf", 0)) for n in range(won + lost)]


def test_an_open_deal_of_the_last_stage_has_the_chance_of_f6():
    """10 of 40 won on day 10, 20 lost on day 20, ten still there: at 10 days (0.25 gone), none to come but losses."""
    early = [(60, 60, 70, True, 1.0)] * 10 + [(60, 60, 80, True, 1.0)] * 10 + [(60, 60, 80, False, 1.0)] * 20
    found = curves(deals(*early), ONE)

    chance = chance_open(found, ONE, 0, 30)

    # At age 10 three quarters are left: 0.25 / 0.75 of them are won ten days later; at age 0: 0.5.
    assert chance[0, 0, 0] == pytest.approx(0.5)
    assert chance[0, 0, 10] == pytest.approx(1 / 3)
    assert chance[0, 0, 20] == 0.0
    np.testing.assert_allclose(chance[0, 0], chance_open_whole(found, ONE, 0, 30)[0, 1], atol=1e-9)
    # The same formula as that of the plan.
    plan = open_contribution([0], [10], [1], [1.0], found.won[0, 1:], found.lost[0, 1:], 30)
    assert chance[0, 0, 10] == pytest.approx(plan.probability[0])


def test_a_deal_still_in_an_early_stage_is_not_taken_for_those_that_have_moved_on():
    """All that moved on did so after 10 days, and were won 30 days later; those still there after 20 days were lost on day 50.

    At 20 days in the stage nobody of the past went on to win: 0. F6's formula on whole curves would say one half.
    """
    on = [(0, 0, 10, 40, True, 1.0)] * 30
    off = [(0, 0, NEVER, 50, False, 1.0)] * 30
    found = curves(deals(*on, *off, stages=2), ONE)

    assert chance_open(found, ONE, 0, 60)[0, 0, 20] == pytest.approx(0.0, abs=1e-12)
    assert chance_open_whole(found, ONE, 0, 60)[0, 1, 20] == pytest.approx(0.5)
    assert chance_open(found, ONE, 0, 60)[0, 0, 0] == pytest.approx(0.5)
    assert chance_open(found, ONE, 0, 39)[0, 0, 0] == pytest.approx(0.0, abs=1e-12)
    assert chance_open(found, ONE, 0, 40)[0, 0, 0] == pytest.approx(0.5)


def test_only_what_falls_in_the_window_counts():
    found = curves(deals(*lives(won=20, lost=20)), ONE)

    assert chance_open(found, ONE, 0, 9)[0, 0, 0] == 0.0
    assert chance_open(found, ONE, 9, 10)[0, 0, 0] == pytest.approx(0.5)
    assert chance_open(found, ONE, 10, 90)[0, 0, 0] == 0.0


def test_a_new_deal_has_the_time_that_is_left_after_it_appears():
    """Won after 10 days or never: of the days 1 … 15 only the first five leave time enough."""
    found = curves(deals(*lives(won=20, lost=20)), ONE)

    assert chance_new(found, ONE, 0, 15)[0].tolist() == pytest.approx([0.5] * 5 + [0.0] * 10)


def test_a_window_that_ends_before_it_begins_is_refused():
    found = curves(deals(*lives(won=20, lost=20)), ONE)
    with pytest.raises(LandingError):
        chance_open(found, ONE, 10, 5)


def test_fewer_than_twenty_at_risk_take_the_curve_of_the_scope_above():
    two = tree([[0, 1], [0], [1]], [-1, 0, 0], 2)
    found = curves(deals(*lives(15, 15, leaf=0), *lives(0, 19, leaf=1)), two)

    chance = chance_open(found, two, 0, 30)[:, 0, 0]

    assert chance[1] == pytest.approx(0.5)
    assert chance[2] == chance[0] == pytest.approx(15 / 49)


def test_a_scope_stands_after_the_one_above_it():
    with pytest.raises(LandingError):
        tree([[0], [0]], [1, -1], 1)


# Creation and amounts -------------------------------------------------------------------------------------------


def test_a_window_with_a_steady_pace_opens_as_many_as_the_same_time_before():
    """One opening a day for 100 days: 30 in the next 30 days."""
    daily = [(day, day, NEVER, False, NEVER) for day in range(1, 101)]
    known = learn(deals(*daily), ONE, calendar(1), Window(101, 130))

    given_case = cases(known, Measure.OPENED, [0])

    assert given_case.new[0] == pytest.approx(30, rel=0.02)
    assert said(given_case, 30).mean[0] == pytest.approx(30, rel=0.03)


def test_new_wins_are_openings_times_the_chance_to_close_in_time():
    """One opening a day, half are won after exactly 10 days: 20 days of the window count, 10 wins."""
    past = [(day, day, day + 10, day % 2 == 0, 100.0) for day in range(1, 91)]
    new = [(day, day, NEVER, False, 100.0) for day in range(91, 101)]
    known = learn(deals(*past, *new), ONE, calendar(1), Window(101, 130))

    wins = cases(known, Measure.WINS, [0])

    assert wins.new[0] == pytest.approx(10, rel=0.03)
    # The ten open deals, of 0 to 9 days, will be won or lost in the window.
    assert wins.chance.sum() == pytest.approx(5, rel=0.03)
    assert said(cases(known, Measure.AMOUNT, [0]), 0).mean[0] == pytest.approx(1_500, rel=0.04)


def test_without_capacity_nothing_new_comes():
    past = [(day, day, day + 10, day % 2 == 0, 100.0) for day in range(1, 91)]
    gone = np.concatenate([np.ones(100), np.zeros(30)])[np.newaxis]

    known = learn(deals(*past), ONE, calendar(1, 130), Window(101, 130), gone)

    assert cases(known, Measure.OPENED, [0]).new[0] == 0.0


def test_somebody_new_is_supposed_to_be_like_the_others():
    """One of two people came today: the pace per head is that of the one who was there, and far less certain."""
    daily = [(day, day, NEVER, False, NEVER, 0) for day in range(1, 101)]
    two = tree([[0, 1], [0], [1]], [-1, 0, 0], 2)
    there, new = np.ones(130), (np.arange(130) >= 100).astype(float)

    known = learn(deals(*daily), two, calendar(1, 130), Window(101, 130), np.array([there + new, there, new]))

    opened = cases(known, Measure.OPENED, [0, 1, 2])
    assert opened.new == pytest.approx([60, 30, 30], rel=0.03)
    assert opened.pace_shape[2] < 3 < opened.pace_shape[1]


def test_a_first_deal_on_a_day_off_is_no_pace_without_end():
    opened_today = deals((100, 100, NEVER, False, 50.0))
    weights = np.ones(400)
    weights[100] = 0.0

    found = pace(opened_today, ONE, calendar(), weights, np.ones((1, 400)))

    assert found.shape / found.exposure == pytest.approx([1.5])


def test_a_summer_without_openings_is_expected_again_once_two_years_agree():
    days = 365 * 3
    month = np.minimum(np.arange(days + 100) % 365 // 31, 11)
    closed = month == 7
    rows = [(day, day, NEVER, False, NEVER) for day in range(days) if not closed[day]]
    known = deals(*rows, as_of=days - 1)

    weights = rhythm(known, Calendar(0, np.ones(days + 100), month), np.ones(days + 100))

    assert weights[:days][month[:days] == 7].max() < 0.1
    assert weights[:days][month[:days] == 2].min() > 1.0


def test_a_steady_growth_is_no_season():
    """Openings grow by a tenth a year: months stay alike, and the growth is drawn toward none."""
    days = 365 * 3
    month = np.minimum(np.arange(days) % 365 // 31, 11)
    pace = 10 * 1.1 ** (np.arange(days) / 365)
    opened = np.repeat(np.arange(days), np.diff(np.floor(np.cumsum(pace)), prepend=0).astype(int))
    rows = [(day, day, NEVER, False, NEVER) for day in opened]
    known = deals(*rows, as_of=days - 1)

    weights = rhythm(known, Calendar(0, np.ones(days), month), np.ones(days))

    season = [weights[730:][month[730:] == m].mean() / np.exp(0) for m in range(12)]
    assert max(season) / min(season) < 1.12
    assert 1.02 < weights[-1] / weights[-366] <= 1.1 + 1e-9


def test_the_calendar_must_cover_the_window():
    with pytest.raises(LandingError):
        learn(deals(*lives(5, 5)), ONE, calendar(0, 110), Window(101, 130))


def test_few_wins_are_weighed_with_ten_of_the_scope_above():
    """The company's wins bring 200 on average, the person's only one 100: (100 + 10 × 200) / 11."""
    two = tree([[0, 1], [0]], [-1, 0], 2)
    rows = [(50, 50, 60, True, 100.0, 0)] + [(50, 50, 60, True, 220.0, 1)] * 5
    found = worth(deals(*rows), two)

    assert found.mean == pytest.approx([200.0, (100 + 10 * 200) / 11])


def test_an_open_deal_without_an_amount_counts_for_the_mean_of_the_wins():
    rows = [*lives(20, 20), (100, 100, NEVER, False, NEVER), (100, 100, NEVER, False, 700.0)]
    known = learn(deals(*rows), ONE, calendar(), Window(101, 130))

    assert sorted(cases(known, Measure.AMOUNT, [0]).value) == [100.0, 700.0]


def test_a_deal_whose_stage_is_not_known_has_the_chance_of_its_age():
    rows = [*lives(20, 20), (100, NEVER, NEVER, False, 700.0)]
    known = learn(deals(*rows), ONE, calendar(), Window(101, 130))

    assert cases(known, Measure.WINS, [0]).chance == pytest.approx([0.5])


# Draws ----------------------------------------------------------------------------------------------------------


def test_two_open_deals_by_hand():
    """100 with ½ and 300 with ¼, nothing else: P(≥ 300) = ¼, P(≥ 100) = 1 − ½·¾ = 0.625, P(≥ 400) = ⅛, mean 125."""
    two = case(case=[0, 0], chance=[0.5, 0.25], value=[100.0, 300.0])

    for target, probability in ((300, 0.25), (100, 0.625), (400, 0.125)):
        assert said(two, target, cycle=STILL).probability[0] == pytest.approx(probability, abs=0.025)
    assert said(two, 1, cycle=STILL).mean[0] == pytest.approx(125, rel=0.05)


def test_new_wins_of_a_known_pace_are_poisson():
    """2 expected: P(none) = e⁻² = 0.1353, P(≥ 3) = 0.3233."""
    few = case(new=2.0)

    assert said(few, 1, cycle=STILL).probability[0] == pytest.approx(1 - 0.1353, abs=0.02)
    assert said(few, 3, cycle=STILL).probability[0] == pytest.approx(0.3233, abs=0.025)


@pytest.mark.parametrize("new", [5.0, 30.0, 33.0, 400.0])
def test_many_new_wins_keep_the_mean_and_variance_of_poisson(new):
    drawn = draw(case(new=new), STILL, NOISE).landing[0]

    assert drawn.mean() == pytest.approx(new, rel=0.03)
    assert drawn.std() == pytest.approx(np.sqrt(new), rel=0.06)


def test_an_uncertain_pace_makes_wins_gamma_poisson():
    """Shape 4, mean 8: variance 8 + 64 / 4."""
    drawn = draw(case(new=8.0, pace_shape=4.0), STILL, NOISE).landing[0]

    assert drawn.var() == pytest.approx(24, rel=0.1)


def test_the_sum_of_uncertain_amounts_has_the_moments_of_a_compound_poisson():
    """10 wins of 100 ± 80 %: variance 10 · 100² · (1 + 0.64)."""
    drawn = draw(case(new=10.0, value_mean=100.0, value_spread=0.8), STILL, NOISE).landing[0]

    assert drawn.mean() == pytest.approx(1_000, rel=0.03)
    assert drawn.var() == pytest.approx(164_000, rel=0.12)


def test_many_open_deals_follow_the_normal_law_of_their_sum():
    size = 1_000
    many = case(case=np.zeros(size, dtype=np.int64), chance=np.full(size, 0.3), value=np.ones(size))
    drawn = draw(many, STILL, NOISE).landing[0]

    assert drawn.mean() == pytest.approx(300, rel=0.01)
    assert drawn.std() == pytest.approx(np.sqrt(210), rel=0.05)


def test_a_shared_cycle_effect_widens_what_many_deals_would_make_narrow():
    many = case(new=400.0)
    effect = 0.2 * NOISE.cycle - 0.02

    assert draw(many, effect, NOISE).landing.std() == pytest.approx(np.hypot(20, 80), rel=0.06)
    assert draw(many, STILL, NOISE).landing.std() == pytest.approx(20, rel=0.06)


def test_the_expected_landing_at_another_rate():
    """One deal of 100 at ½, two new wins of 50 at a rate of ¼; odds × 3: ¾ and ½, 75 + 200."""
    of = case(case=[0], chance=[0.5], value=[100.0], new=2.0, value_mean=50.0)
    at = expected(of, np.array([0.0, np.log(3)]))[0]

    assert at == pytest.approx([150.0, 275.0])


def test_the_error_of_a_probability_is_under_a_point_at_its_worst():
    assert said(case(new=50.0), 50).standard_error[0] < 0.01


# The cycle's own luck -------------------------------------------------------------------------------------------


def test_without_past_cycles_the_effect_is_half_normal():
    """Median of a half-normal with scale 0.2: 0.6745 · 0.2."""
    assert cycle_sizes(NO_PAST, 0.5) == pytest.approx(0.1349, abs=0.003)


def test_past_cycles_that_missed_by_more_than_was_known_widen_the_effect():
    calm = Past(np.full(8, 100.0), np.full(8, 100.0), np.full(8, 25.0))
    wild = Past(np.array([60, 140, 70, 130, 55, 150, 80, 125.0]), np.full(8, 100.0), np.full(8, 25.0))

    assert cycle_sizes(calm, 0.5) < 0.05
    assert cycle_sizes(wild, 0.5) == pytest.approx(0.35, abs=0.08)


def test_one_past_cycle_moves_little():
    one = Past(np.array([150.0]), np.array([100.0]), np.array([100.0]))
    many = Past(np.array([150.0, 60, 140, 50]), np.full(4, 100.0), np.full(4, 100.0))

    assert cycle_sizes(NO_PAST, 0.5) < cycle_sizes(one, 0.5) < cycle_sizes(many, 0.5)


def test_past_cycles_are_forecast_from_a_year_of_history_at_least():
    rows = [(day, day, day + 10, day % 2 == 0, 100.0) for day in range(0, 690)]
    known = deals(*rows, as_of=699)
    days = Calendar(0, np.ones(900), np.zeros(900, dtype=np.int64))

    past = past_cycles(known, days, Window(700, 790), [Measure.WINS], seed=1)[Measure.WINS]

    # Eves at 608, 517 and 426; 335 has no year before it.
    assert past.actual.tolist() == pytest.approx([46, 46, 45], abs=5)
    assert past.actual == pytest.approx(past.mean, rel=0.2)


# Whatever the data ----------------------------------------------------------------------------------------------

chances = st.lists(st.floats(0.0, 1.0), max_size=12)
PER_CASE = (
    "booked", "chance", "value", "new", "pace_shape", "rate", "rate_doubt", "shift", "value_mean", "value_spread", "value_doubt",
)  # fmt: skip


@st.composite
def any_case(draw_from: st.DrawFn) -> dict[str, object]:
    chance = draw_from(chances)
    value = draw_from(st.lists(st.floats(0, 1e6), min_size=len(chance), max_size=len(chance)))
    return {
        "case": np.zeros(len(chance), dtype=np.int64), "chance": np.array(chance, dtype=float),
        "value": np.array(value, dtype=float), "new": draw_from(st.floats(0, 100)),
        "pace_shape": draw_from(st.floats(0.5, 500)), "rate": draw_from(st.floats(0.01, 0.9)),
        "rate_doubt": draw_from(st.floats(0, 1)), "value_mean": draw_from(st.floats(0, 1e5)),
        "value_spread": draw_from(st.floats(0, 2)), "booked": draw_from(st.floats(0, 1e6)),
    }  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(any_case(), st.floats(0, 1e7), st.floats(0, 1e7))
def test_a_larger_target_is_never_more_probable(fields, one, other):
    low, high = sorted((one, other))
    assert said(case(**fields), low).probability[0] >= said(case(**fields), high).probability[0]


@settings(max_examples=30, deadline=None)
@given(any_case(), st.floats(0, 1e7), st.floats(0, 1e6))
def test_more_booked_never_lowers_anything(fields, target, more):
    before = said(case(**fields), target)
    after = said(case(**fields | {"booked": fields["booked"] + more}), target)

    assert after.probability[0] >= before.probability[0]
    for name in ("mean", "low", "high"):
        assert getattr(after, name)[0] >= getattr(before, name)[0] - 1e-6


@settings(max_examples=30, deadline=None)
@given(any_case())
def test_the_interval_holds_the_mean_and_the_parts_add_up_to_it(fields):
    found = said(case(**fields), 0)

    assert found.low[0] <= found.mean[0] <= found.high[0]
    assert found.booked[0] + found.open[0] + found.created[0] == pytest.approx(
        found.mean[0], rel=1e-9, abs=1e-6
    )


@settings(max_examples=30, deadline=None)
@given(any_case())
def test_a_target_of_nothing_is_always_reached(fields):
    assert said(case(**fields), 0.0).probability[0] == 1.0


@settings(max_examples=20, deadline=None)
@given(any_case(), st.floats(0, 1e6))
def test_the_same_case_twice_is_the_same_whatever_stands_beside_it(fields, target):
    one = case(**fields)
    size = one.case.size
    both = Cases(
        **{name: np.concatenate([getattr(one, name)] * 2) for name in PER_CASE},
        case=np.repeat([0, 1], size),
    )
    alone, together = said(one, target), said(both, target)

    assert together.probability[0] == together.probability[1] == alone.probability[0]
    assert together.mean[0] == together.mean[1] == pytest.approx(alone.mean[0])


@settings(max_examples=30, deadline=None)
@given(any_case(), st.floats(0.2, 5), st.floats(0.2, 5))
def test_better_odds_never_lower_the_expected_landing(fields, one, other):
    worse, better = sorted((one, other))
    of = case(**fields)
    at = expected(of, np.log([worse, better]))[0]

    assert at[0] <= at[1] + 1e-6
    assert (np.diff(expected(of, SHIFTS)[0]) >= -1e-6).all()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**31), st.integers(1, 60), st.integers(0, 200))
def test_chances_are_chances_whatever_the_deals(seed, until, size):
    random = np.random.default_rng(seed)
    opened = random.integers(0, 100, size).astype(float)
    second = np.where(random.random(size) < 0.6, opened + random.integers(0, 30, size), np.nan)
    closed = np.where(
        random.random(size) < 0.6, np.fmax(opened, second) + random.integers(0, 30, size), np.nan
    )
    whole = Deals(
        100, opened, np.column_stack([opened, second]), closed, random.random(size) < 0.5,
        np.where(random.random(size) < 0.2, np.nan, 100.0), random.integers(0, 3, size),
    ).until(100)  # fmt: skip
    scopes: Scopes = tree([[0, 1, 2], [0, 1], [0], [2]], [-1, 0, 1, 0], 3)
    known = learn(whole, scopes, calendar(), Window(101, 100 + until))

    assert ((known.open >= 0) & (known.open <= 1)).all()
    assert (known.new >= -1e-12).all()
    assert ((known.rate >= 0) & (known.rate <= 1)).all()
    for measure in Measure:
        of = cases(known, measure, np.arange(4))
        assert np.isfinite(land(of, NO_PAST, NOISE).landing).all()


def test_symmetric_scopes_are_equal():
    two = tree([[0, 1], [0], [1]], [-1, 0, 0], 2)
    rows = [row for leaf in (0, 1) for row in (*lives(10, 15, leaf=leaf), (95, 95, NEVER, False, 50.0, leaf))]
    known = learn(deals(*rows), two, calendar(), Window(101, 130))
    found = said(cases(known, Measure.AMOUNT, [1, 2]), 500.0)

    assert found.probability[0] == found.probability[1]
    assert found.mean[0] == found.mean[1]


def test_without_any_deal_nothing_lands():
    known = learn(deals(), ONE, calendar(), Window(101, 130))
    found = said(cases(known, Measure.WINS, [0]), 1.0)

    assert found.probability[0] == pytest.approx(0.0)


def test_another_seed_changes_a_probability_by_little():
    of = case(new=20.0, pace_shape=30.0, booked=3.0)
    one = summary(of, land(of, NO_PAST, Noise(1)), np.array([25.0])).probability[0]
    two = summary(of, land(of, NO_PAST, Noise(2)), np.array([25.0])).probability[0]

    assert one != two
    assert one == pytest.approx(two, abs=0.04)
