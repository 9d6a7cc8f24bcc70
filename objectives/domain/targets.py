"""Targets that are proposed: a present level bettered, and written as a person would."""

import math

from objectives.domain.catalogue import Metric, Unit


def better(metric: Metric, present: float, improvement: float) -> float:
    """Return the present level bettered by ``improvement``: odds for rates, divided where less is better; rounded."""
    factor = 1 + improvement
    if metric.higher_is_better is False:
        factor = 1 / factor
    if metric.unit is Unit.RATE:
        present = min(max(present, 0.0), 1.0)
        return round_target(metric, present * factor / (1 - present + present * factor))
    return round_target(metric, present * factor)


def round_target(metric: Metric, value: float) -> float:
    """Return a figure that a person would have written: three digits of money, whole counts and days, ‰ of rates."""
    match metric.unit:
        case Unit.MONEY:
            step = 10.0 ** max(0, math.floor(math.log10(value)) - 2) if value >= 1 else 1.0
            return round(value / step) * step
        case Unit.RATE:
            return round(value, 3)
        case Unit.MONTHS:
            return round(value, 1)
        case _:
            # Half an opportunity does not exist; a duration in days is promised in whole days.
            up = metric.higher_is_better is not False
            return float(math.ceil(value - 1e-9) if up else math.floor(value + 1e-9))
