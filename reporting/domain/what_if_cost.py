"""What the rest of a cycle costs in a scenario (R20). Pure; minor units."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effort:
    """Activities through a channel (or accepted meetings of partners): how many a week, and what one costs."""

    channel: str
    per_week: float
    each: int


@dataclass(frozen=True, slots=True)
class Spending:
    """What is spent until the end of the cycle at today's pace.

    day: the loaded cost of a day of work, None when nobody said it; fte_days to come; efforts; fees: the monthly prices
    of partners; weeks left; unpriced: channels in use without a price.
    """

    day: int | None
    fte_days: float
    efforts: tuple[Effort, ...]
    fees: int
    weeks: float
    unpriced: tuple[str, ...]


def cost(
    spending: Spending, *, capacity: float = 1.0, opened: float = 1.0, mix: Mapping[str, float] | None = None
) -> int:
    """People + activities + partners until the end of the cycle.

    ``capacity`` multiplies the days of work; ``opened`` (new deals) the activities, and ``mix`` (channel key → its new
    share over today's) those of each channel: who wants twice the deals of a channel makes twice its calls.
    """
    people = (spending.day or 0) * spending.fte_days * capacity
    ratio = mix or {}
    activities = sum(
        one.each * one.per_week * spending.weeks * opened * ratio.get(one.channel, 1.0)
        for one in spending.efforts
    )
    return round(people + activities + spending.fees)
