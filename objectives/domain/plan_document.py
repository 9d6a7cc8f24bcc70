"""What a plan holds: the JSON documents of its row. Money in minor units, days as ISO dates, stages as ids.

`inputs` is what was known, `overrides` what a person decided, `result` what follows: enough to show the plan again
exactly as it was computed, and to phase it, without looking at the pipeline.
"""

from typing import NotRequired, TypedDict

ENGINE = "plan-1"

# Why a transition has no rate.
NO_DATES = "no_dates"  # no dated stay in the stage, or only ways out that the file cannot tell
NEVER_ADVANCED = "never_advanced"  # nothing has passed it yet


class Transition(TypedDict):
    """The way from an open stage to the next one (or to won), of the whole company."""

    stage: str
    to: str
    unknown_because: str  # "" when the rate is known
    entered: int
    advanced: int
    lost: int
    open: int
    unknown: int  # stays whose way out cannot be known
    rate: float | None  # F2, eventual
    low: float | None  # F3, equal-tailed 80 %
    high: float | None
    a: float | None  # Beta posterior
    b: float | None
    median_days: float | None
    p90_days: float | None
    lag: list[float]  # pmf by day, given conversion; the last cell gathers what is later
    weekly_mean: float | None  # entries into the stage, a week
    weekly_p80: float | None
    weeks: int  # how many weeks those two are over


class AverageValue(TypedDict):
    value: float | None
    low: float | None
    high: float | None
    wins: int
    first_day: str
    last_day: str
    after_start: bool  # no win in the year before the cycle: taken from what is known since


class OpenPipeline(TypedDict):
    """What the deals open on a day are expected to bring between the cycle's first and last day."""

    day: str
    items: int
    amount: float
    wins: float
    not_counted: int  # items in stages whose way to won is not known
    curve: list[
        float
    ]  # share of the amount expected by the end of each day of the cycle, 1 on the last; or empty


class UnderWay(TypedDict):
    """Where a cycle that has begun stands."""

    day: str
    booked: int
    open: OpenPipeline


class Slots(TypedDict):
    """Meetings that the working hours on offer hold in the cycle, and by how many hosts."""

    hosts: int
    slots: float


class PlanInputs(TypedDict):
    as_of: str | None  # how far the data goes; None: nothing was computed yet
    planned_on: (
        str | None
    )  # the day the plan is made as of: the eve of the cycle, or as_of when that is earlier
    transitions: list[Transition]
    average_value: AverageValue
    open: OpenPipeline | None
    under_way: UnderWay | None
    season: list[float]  # factor of each calendar month
    day_weights: list[float]  # working day × season, for each day of the cycle
    # From a first contact to the first stage: sourcing.LINKS. Absent from plans that were made before it was known.
    sourcing: NotRequired[list[Transition]]
    slots: NotRequired[Slots]


class Override(TypedDict):
    """A value typed by hand (None: the history's), and whether the padlock is closed (the default)."""

    value: NotRequired[float | None]
    locked: NotRequired[bool]
    reason: NotRequired[str]  # of a rate before the pipeline


class ProfileChoices(TypedDict):
    """Personal objectives that the profiles propose and that were taken out: [person, metric] each."""

    removed: list[list[str]]


class Overrides(TypedDict, total=False):
    rates: dict[str, Override]  # by stage, or by link before the first one
    average_value: Override
    volume: Override  # only its padlock; open by default
    profiles: ProfileChoices  # there once personal objectives were taken


class Lever(TypedDict):
    key: str  # "volume", "average_value", or the id of the stage
    current: float
    needed: float
    ceiling: float
    locked: bool
    at_ceiling: bool


class Levers(TypedDict):
    """What the levers give today against what is left to close, and how far the free ones must move."""

    gives: float
    asked: float
    factor: float | None
    residual: float
    surplus: float
    values: list[Lever]


class PlanLink(TypedDict):
    stage: str
    rate: float
    source: str  # history, typed, solved
    expected: float  # entries needed for the whole target
    safe: float | None  # with P ≥ .8 for the wins
    per_week: float | None  # weekly starts that remain after the open pipeline, mean of the weeks that count
    too_late: float | None  # money; None: the capacity of the link is not known


class PlanWeek(TypedDict):
    first_day: str
    last_day: str
    starts: float | None  # at the first link
    chance: float  # that a start of this week closes in the cycle


class Remaining(TypedDict):
    """A cycle under way: what is left from now on."""

    day: str
    booked: int
    open: float
    to_close: float
    too_late: float | None


class PlanResult(TypedDict):
    chain: list[str]  # stages of the links, first to last before won; empty: no known chain
    rates: list[float]
    average_value: float | None
    wins: float | None
    links: list[PlanLink]
    # The links before the first stage; empty when their rates, or that of the first stage, are not known.
    sourcing: NotRequired[list[PlanLink]]
    weeks: list[PlanWeek]
    open: float
    to_close: float | None
    too_late: float | None
    remaining: Remaining | None
    levers: Levers | None
