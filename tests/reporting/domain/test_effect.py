"""Measured effects: worked figures, and what must hold whatever the counts (F11)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from reporting.domain.effect import EffectError, Effects, Verdict, cells, effects

SEED = 11


def one(*pairs: tuple[int, int], entries: float = 100, worth: float = 1_000) -> Effects:
    """Pairs of (advanced, entered): before, after, others before, others after."""
    advanced, entered = zip(*pairs, strict=True)
    return effects([entered], [advanced], entries=[entries], worth=[worth], seed=SEED)


def test_large_counts_are_the_normal_law() -> None:
    """31 % → 36 % while the others go 30 % → 31 %, 4 000 each: 4 points, standard error 2.06."""
    found = one((1240, 4000), (1440, 4000), (1200, 4000), (1240, 4000))
    rates = np.array([0.31, 0.36, 0.30, 0.31])
    error = np.sqrt((rates * (1 - rates) / 4000).sum())

    assert found.added[0] == pytest.approx(0.04, abs=1e-3)
    assert found.helped[0] == pytest.approx(stats.norm.cdf(0.04 / error), abs=0.01)
    assert found.high[0] - found.low[0] == pytest.approx(2 * 1.2816 * error, rel=0.02)
    assert found.verdict == [Verdict.HELPED]


def test_the_euros_are_those_of_the_entries_since_the_start() -> None:
    """4 points of 250 entries, each advance worth 2 400.00: about 24 000.00."""
    found = one((1240, 4000), (1440, 4000), (1200, 4000), (1240, 4000), entries=250, worth=240_000)

    assert found.euros[0] == pytest.approx(250 * 240_000 * found.added[0])
    assert found.euros_low[0] < found.euros[0] < found.euros_high[0]
    assert found.euros[0] == pytest.approx(2_400_000, rel=0.03)


def test_what_moved_everywhere_is_not_the_action_s_doing() -> None:
    found = one((60, 200), (80, 200), (300, 1000), (400, 1000))

    assert found.added[0] == pytest.approx(0.0, abs=0.01)
    assert found.verdict == [Verdict.CANNOT_TELL]


def test_a_few_entries_cannot_tell() -> None:
    assert one((3, 10), (5, 10), (30, 100), (30, 100)).verdict == [Verdict.CANNOT_TELL]


@pytest.mark.parametrize("missing", range(4))
def test_without_entries_on_one_side_nothing_can_be_told(missing: int) -> None:
    pairs = [(10, 200), (190, 200), (100, 200), (100, 200)]
    pairs[missing] = (0, 0)

    assert one(*pairs).verdict == [Verdict.CANNOT_TELL]


def test_counts_without_meaning_are_refused() -> None:
    with pytest.raises(EffectError):
        one((3, 2), (1, 2), (1, 2), (1, 2))


COUNTS = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: (pair[0], sum(pair)))


@settings(max_examples=12)
@given(st.lists(COUNTS, min_size=4, max_size=4))
def test_before_and_after_exchanged_turn_the_effect_around(pairs: list[tuple[int, int]]) -> None:
    forth = one(*pairs)
    back = one(pairs[1], pairs[0], pairs[3], pairs[2])

    assert forth.added[0] == pytest.approx(-back.added[0], abs=1e-9)
    assert forth.helped[0] == pytest.approx(1 - back.helped[0], abs=0.06)
    assert forth.low[0] <= forth.added[0] <= forth.high[0]


@settings(max_examples=12)
@given(st.lists(COUNTS, min_size=4, max_size=4), st.integers(1, 30))
def test_more_that_moved_on_never_lowers_the_effect(pairs: list[tuple[int, int]], more: int) -> None:
    advanced, entered = pairs[1]
    better = [pairs[0], (min(entered, advanced + more), entered), *pairs[2:]]

    assert one(*better).helped[0] >= one(*pairs).helped[0]


@settings(max_examples=8)
@given(st.lists(st.lists(COUNTS, min_size=4, max_size=4), min_size=2, max_size=4))
def test_an_action_is_measured_alike_whatever_stands_beside_it(rows: list[list[tuple[int, int]]]) -> None:
    advanced = [[pair[0] for pair in row] for row in rows]
    entered = [[pair[1] for pair in row] for row in rows]
    together = effects(entered, advanced, entries=[1] * len(rows), worth=[1] * len(rows), seed=SEED)

    assert together.helped[0] == one(*rows[0], entries=1, worth=1).helped[0]


def test_nothing_done_is_rarely_called_an_effect() -> None:
    """Two ways to be wrong at one in ten each: at most one in five of 150 actions that change nothing."""
    random = np.random.default_rng(2)
    entered = np.tile([80, 60, 400, 300], (150, 1))
    found = effects(
        entered, random.binomial(entered, 0.3), entries=np.ones(150), worth=np.ones(150), seed=SEED
    )

    assert sum(verdict is not Verdict.CANNOT_TELL for verdict in found.verdict) / 150 < 0.26


def test_a_real_effect_is_found() -> None:
    random = np.random.default_rng(3)
    entered = np.tile([200, 200, 800, 800], (80, 1))
    advanced = random.binomial(entered, [0.30, 0.45, 0.30, 0.30])
    found = effects(entered, advanced, entries=np.ones(80), worth=np.ones(80), seed=SEED)

    assert found.verdict.count(Verdict.HELPED) / 80 > 0.9
    assert found.verdict.count(Verdict.HURT) == 0


# Which entries count -------------------------------------------------------------------------------------------

OWN = np.array([True])


@pytest.mark.parametrize(
    ("day", "lag", "expected"),
    [
        pytest.param(89, 5.0, {"before": (1, 1)}, id="its horizon was over when the action began"),
        pytest.param(95, 5.0, {}, id="moved on after the start: neither before nor after"),
        pytest.param(100, 5.0, {"after": (1, 1)}, id="entered on the first day"),
        pytest.param(110, 10.0, {"after": (1, 1)}, id="moved on on the last day of its horizon"),
        pytest.param(110, 11.0, {"after": (1, 0)}, id="moved on later than the horizon"),
        pytest.param(110, np.nan, {"after": (1, 0)}, id="lost, or still there after the horizon"),
        pytest.param(191, 2.0, {}, id="young: incomplete, neither moved on nor lost"),
        pytest.param(20, 5.0, {}, id="long before"),
    ],
)  # fmt: skip
def test_only_mature_entries_of_before_and_after_count(
    day: int, lag: float, expected: dict[str, tuple[int, int]]
) -> None:
    found = cells([day], [lag], OWN, start=100, as_of=200, horizon=10, back=60)

    assert {name: counts for name, counts in found.items() if counts[0]} == expected
    others = cells([day], [lag], ~OWN, start=100, as_of=200, horizon=10, back=60)
    assert {name.removeprefix("others_"): counts for name, counts in others.items() if counts[0]} == expected
