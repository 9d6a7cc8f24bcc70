"""The rules of F10: what each looks at, how far is too far, which levers of the gap it explains, and what to do.

Sources and blind spots of every rule are in docs/causes.md.
"""

from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """What execution can change (the levers of the glossary), and the strain that keeps it from changing."""

    TARGETING = "targeting"
    QUALIFICATION = "qualification"
    MESSAGE = "message"
    FOLLOW_UP = "follow_up"
    PRIORITISATION = "prioritisation"
    OVERLOAD = "overload"
    VALUE = "value"


class Measure(StrEnum):
    """The unit of a signal and of the limit that it is shown beside."""

    RATE = "rate"  # in [0, 1]
    POINTS = "points"  # a difference of two rates
    PER_PERSON = "per_person"  # items per full-time person
    MONEY = "money"  # minor units


class Explains(StrEnum):
    """Which lines of the attributed gap (F4) a rule accounts for."""

    VOLUME = "volume"
    FIRST_RATE = "first_rate"
    LATER_RATES = "later_rates"  # those after the first, and what was carried in
    ALL_RATES = "all_rates"
    VALUE = "value"
    NOTHING = "nothing"  # the gap is in revenue; what is at stake is margin


@dataclass(frozen=True, slots=True)
class Rule:
    """threshold: the default; low, high: between which an organisation may set it. is_ratio: the threshold is a part of
    the own past, and the limit is worked out from it; otherwise it is the limit, or a difference from the past."""

    key: str
    family: Family
    measure: Measure
    threshold: float
    low: float
    high: float
    too_high: bool  # beyond the limit is above it
    explains: Explains
    is_ratio: bool = False


RULES: tuple[Rule, ...] = (
    Rule(
        "off_target_share", Family.TARGETING, Measure.RATE, 0.25, 0.05, 0.9, too_high=True, explains=Explains.VOLUME
    ),
    Rule(
        "segment_mix", Family.TARGETING, Measure.POINTS, -0.03, -0.3, -0.01, too_high=False,
        explains=Explains.ALL_RATES,
    ),
    Rule(
        "acceptance_rate", Family.QUALIFICATION, Measure.RATE, 0.6, 0.1, 0.95, too_high=False,
        explains=Explains.VOLUME,
    ),
    Rule(
        "first_stage_loss", Family.QUALIFICATION, Measure.POINTS, 0.08, 0.01, 0.5, too_high=True,
        explains=Explains.FIRST_RATE,
    ),
    Rule(
        "contact_rate", Family.MESSAGE, Measure.RATE, 0.8, 0.3, 1.0, too_high=False, explains=Explains.VOLUME,
        is_ratio=True,
    ),
    Rule(
        "silent_deals", Family.FOLLOW_UP, Measure.RATE, 0.3, 0.1, 0.9, too_high=True, explains=Explains.LATER_RATES
    ),
    Rule(
        "slipped_closes", Family.FOLLOW_UP, Measure.RATE, 0.35, 0.1, 0.9, too_high=True,
        explains=Explains.LATER_RATES,
    ),
    Rule(
        "effort_on_small", Family.PRIORITISATION, Measure.RATE, 0.6, 0.5, 0.95, too_high=True,
        explains=Explains.LATER_RATES,
    ),
    Rule(
        "load", Family.OVERLOAD, Measure.PER_PERSON, 1.25, 1.05, 3.0, too_high=True, explains=Explains.ALL_RATES,
        is_ratio=True,
    ),
    Rule(
        "activity_load", Family.OVERLOAD, Measure.PER_PERSON, 1.25, 1.05, 3.0, too_high=True,
        explains=Explains.ALL_RATES, is_ratio=True,
    ),
    Rule(
        "average_value", Family.VALUE, Measure.MONEY, 0.85, 0.3, 1.0, too_high=False, explains=Explains.VALUE,
        is_ratio=True,
    ),
    Rule("discount", Family.VALUE, Measure.RATE, 0.15, 0.01, 0.8, too_high=True, explains=Explains.VALUE),
    Rule(
        "margin_rate", Family.VALUE, Measure.POINTS, -0.05, -0.5, -0.01, too_high=False, explains=Explains.NOTHING
    ),
)  # fmt: skip

BY_KEY = {rule.key: rule for rule in RULES}
DEFAULTS = {rule.key: rule.threshold for rule in RULES}
