"""What a plan says of the weeks that are left: one stage, half of it won on the same day, 10 entries in a strong week.

A deal brings 10 000, so a full week closes at most 10 × 0.5 × 10 000 = 50 000.
"""

from __future__ import annotations

from datetime import date

import pytest

from objectives.domain.plan import compute
from objectives.domain.plan_document import OpenPipeline, PlanInputs, PlanResult, Transition, UnderWay

MONDAY = date(2026, 10, 5)
AMBITION = 1_000_000
FULL_WEEK = 50_000
NOTHING = OpenPipeline(day="2026-10-04", items=0, amount=0.0, wins=0.0, not_counted=0, curve=[])
STAGE = Transition(
    stage="first", to="won", unknown_because="", entered=200, advanced=100, lost=100, open=0, unknown=0,
    rate=0.5, low=0.45, high=0.55, a=100.0, b=100.0, median_days=0.0, p90_days=0.0, lag=[1.0],
    weekly_mean=8.0, weekly_p80=10.0, weeks=52,
)  # fmt: skip


def planned(weeks: list[list[float]], seen_on: str | None = None) -> PlanResult:
    """The plan of weeks of seven weights each; `seen_on`: the last day that figures are known for."""
    inputs = PlanInputs(
        as_of="2026-10-04",
        planned_on="2026-10-04",
        transitions=[STAGE],
        average_value={"value": 10_000.0, "low": None, "high": None, "wins": 100,
                       "first_day": "2025-10-05", "last_day": "2026-10-04", "after_start": False},
        open=NOTHING,
        under_way=None if seen_on is None else UnderWay(day=seen_on, booked=0, open=NOTHING),
        season=[1.0] * 12,
        day_weights=[weight for week in weeks for weight in week],
    )  # fmt: skip
    return compute(revenue=AMBITION, first_day=MONDAY, inputs=inputs, overrides={})


def week(weight: float = 1.0, days: int = 5) -> list[float]:
    return [weight] * days + [0.0] * (7 - days)


def test_each_week_that_is_left_closes_what_a_strong_one_holds() -> None:
    assert planned([week()] * 4)["too_late"] == pytest.approx(AMBITION - 4 * FULL_WEEK)


def test_a_quiet_season_takes_nothing_from_what_a_week_can_hold() -> None:
    assert planned([week(0.5), week(0.5), week(), week()])["too_late"] == pytest.approx(
        AMBITION - 4 * FULL_WEEK
    )


def test_a_week_cut_short_holds_its_part() -> None:
    assert planned([week(), week(days=2)])["too_late"] == pytest.approx(AMBITION - 1.4 * FULL_WEEK)


@pytest.mark.parametrize(
    ("seen_on", "weeks_left"),
    [
        ("2026-10-11", 3.0),
        ("2026-10-15", 2.2),  # a Thursday: Friday is left of the week
        ("2026-10-31", 0.0),
    ],
    ids=["a whole week gone", "all but a day of the second", "the eve of the last day, a Sunday"],
)
def test_of_a_cycle_under_way_the_days_gone_by_close_nothing_more(seen_on: str, weeks_left: float) -> None:
    remaining = planned([week()] * 4, seen_on)["remaining"]

    assert remaining is not None
    assert remaining["too_late"] == pytest.approx(AMBITION - weeks_left * FULL_WEEK)
