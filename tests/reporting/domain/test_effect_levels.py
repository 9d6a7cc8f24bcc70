"""Measured effects on a pace or on what a win brings: what is compared, and how often nothing is called something (F11)."""

from __future__ import annotations

import numpy as np
import pytest

from reporting.domain.effect import Effects, Verdict
from reporting.domain.effect_levels import Levels, level_effects, pace, value

START, BACK, SEED = 1_000, 180, 7


def weeks(
    own: int, own_since: int, others: int, others_since: int, *, before: int = 25, since: int = 12
) -> Levels:
    """So many deals in each week, all of them on its first day."""
    day = START + 7 * np.arange(-before, since)
    rows = [
        (where, np.where(day < START, *pair))
        for where, pair in ((True, (own, own_since)), (False, (others, others_since)))
    ]
    return pace(
        np.tile(day, 2), np.repeat([where for where, _ in rows], len(day)), np.concatenate([count for _, count in rows]),
        start=START, as_of=START + 7 * since - 1, back=BACK,
    )  # fmt: skip


def measured(*levels: Levels, units: float = 1.0, worth: float = 1.0) -> Effects:
    size = len(levels)
    return level_effects(list(levels), units=[units] * size, worth=[worth] * size, seed=SEED)


def test_a_pace_is_compared_with_its_own_past_times_what_the_others_did() -> None:
    """4 → 9 a week while the others go 20 → 30: without the action it would have been 6, so 3 more."""
    found = measured(weeks(4, 9, 20, 30), units=12, worth=1_000)

    assert found.added[0] == pytest.approx(3, abs=0.1)
    assert found.verdict == [Verdict.HELPED]
    assert found.euros[0] == pytest.approx(12 * 1_000 * found.added[0])


def test_a_pace_that_rose_everywhere_is_not_the_action_s_doing() -> None:
    assert measured(weeks(4, 6, 20, 30)).verdict == [Verdict.CANNOT_TELL]


def test_a_pace_that_stopped_was_hurt() -> None:
    assert measured(weeks(4, 0, 20, 20)).verdict == [Verdict.HURT]


@pytest.mark.parametrize("short", [{"since": 3}, {"before": 3}])
def test_a_few_weeks_cannot_tell(short: dict[str, int]) -> None:
    assert measured(weeks(4, 40, 20, 20, **short)).verdict == [Verdict.CANNOT_TELL]


def test_weeks_that_vary_much_weigh_less() -> None:
    even = weeks(4, 8, 20, 20).shape
    day = START + 7 * np.arange(-25, 12)
    uneven = np.where(np.arange(37) % 2, 8, 0) * np.where(day < START, 1, 2)
    found = pace(
        np.tile(day, 2), np.repeat([True, False], 37), np.concatenate([uneven, np.full(37, 20)]), start=START,
        as_of=START + 83, back=BACK,
    )  # fmt: skip
    assert found.shape[0] < even[0] / 3


def won(
    random: np.random.Generator,
    own: float,
    own_since: float,
    others: float,
    others_since: float,
    size: int = 40,
) -> Levels:
    """Wins of these averages, as skewed as deals are, which took ten days."""
    amounts = np.concatenate(
        [mean * random.lognormal(-0.245, 0.7, size) for mean in (own, own_since, others, others_since)]
    )
    day = np.repeat([START - 100, START + 5, START - 100, START + 5], size)
    return value(
        day, np.full(4 * size, 10.0), np.repeat([True, True, False, False], size), np.ones(4 * size), amounts, amounts**2,
        start=START, as_of=START + 200, horizon=60, back=BACK,
    )  # fmt: skip


def test_a_value_is_compared_with_its_own_past_times_what_the_others_did() -> None:
    """10 000 → 18 000 while the others go 5 000 → 6 000: 12 000 without the action, so 6 000 more a win."""
    found = measured(won(np.random.default_rng(1), 10_000, 18_000, 5_000, 6_000, size=400))

    assert found.added[0] == pytest.approx(6_000, rel=0.25)
    assert found.verdict == [Verdict.HELPED]


def test_a_few_wins_cannot_tell() -> None:
    assert measured(won(np.random.default_rng(1), 10_000, 90_000, 5_000, 5_000, size=9)).verdict == [
        Verdict.CANNOT_TELL
    ]


def test_wins_that_took_longer_than_the_horizon_or_are_young_do_not_count() -> None:
    day, lag = np.array([START - 100, START - 100, START + 5, START + 190]), np.array([10.0, 70.0, 10.0, 5.0])
    found = value(
        day, lag, np.full(4, True), np.ones(4), np.full(4, 100.0), np.full(4, 1e4), start=START, as_of=START + 200,
        horizon=60, back=BACK,
    )  # fmt: skip
    assert (found.units == [1, 1, 0, 0]).all()


def test_nothing_done_is_rarely_called_an_effect() -> None:
    """Two ways to be wrong at one in ten each: about one in five of 150 actions that change nothing."""
    random = np.random.default_rng(2)
    day = START + np.arange(-175, 84)
    rows = [
        pace(
            np.tile(day, 2), np.repeat([True, False], len(day)),
            np.concatenate([random.poisson(level * np.repeat(random.gamma(8, 1 / 8, 37), 7) / 7) for level in (4, 20)]),
            start=START, as_of=START + 83, back=BACK,
        )
        for _ in range(150)
    ]  # fmt: skip
    rows += [won(random, 9_000, 9_000, 6_000, 6_000) for _ in range(150)]
    verdicts = measured(*rows).verdict

    for which in (verdicts[:150], verdicts[150:]):
        assert sum(one is not Verdict.CANNOT_TELL for one in which) / 150 < 0.3
