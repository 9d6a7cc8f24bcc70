"""What is known when a cycle is planned: rates, delays, deal value, pace and open pipeline of the organisation."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from objectives.domain.lead_time import open_contribution
from objectives.domain.path import season_weights, seasonality
from objectives.domain.plan import open_nothing
from objectives.domain.plan_document import (
    NEVER_ADVANCED,
    NO_DATES,
    AverageValue,
    OpenPipeline,
    PlanInputs,
    Slots,
    Transition,
    UnderWay,
)  # fmt: skip
from objectives.domain.win_curves import won_and_lost
from objectives.models import Cycle
from objectives.queries.calendar import working_days
from objectives.queries.pace import Pace, open_on, weekly_pace
from objectives.queries.sourcing import shortened, sourcing
from pipeline.domain.beta_binomial import JEFFREYS
from pipeline.domain.conversion import curves, eventual_rates, lag_distribution
from pipeline.domain.small_samples import posterior
from pipeline.models import Stage
from pipeline.queries.stays import Stays, frontier, stays
from prospecting.queries import capacity
from tenants.models import Organisation

Floats = NDArray[np.float64]

LAG_HORIZON = 365
CURVE_HORIZON = 730  # deals older than this in one stage are taken as never to be won
YEAR = timedelta(days=365)
Z80 = 1.2815515655446004  # equal-tailed 80 % of a normal law
MONTHS = 12


def planning_inputs(cycle: Cycle) -> PlanInputs:
    """What the plan of `cycle` stands on. Ten queries or fewer, whatever the size.

    The plan is made as of the eve of the cycle, or as of the last day known when that is earlier. Of the past, the
    stored counts keep the present knowledge only: for a cycle that began before the last day known, rates and delays
    are those of that later day (`as_of` says so), the average value is that of the year before the cycle unless
    nothing was won then, and the open pipeline is the one of the eve.
    """
    organisation = cycle.organisation
    last = cycle.end_on - timedelta(days=1)
    front = frontier()
    if front is None:
        return _nothing_known(cycle, organisation, last)
    known = stays(as_of=front.as_of)
    eve = cycle.start_on - timedelta(days=1)
    planned_on = min(front.as_of, eve)
    won = known.won()
    value = average_value(won, planned_on, front.as_of)
    pace = weekly_pace(planned_on, front.as_of)
    moves = transitions(known, pace)
    season = _season(organisation, won, planned_on)

    def worth(stock: pd.DataFrame, day: date) -> OpenPipeline:
        return _open_pipeline(stock, known, moves, value["value"], day, (cycle.start_on, last))

    under_way: UnderWay | None = None
    if cycle.start_on <= front.as_of < last:
        booked = won.loc[won["entered"] >= cycle.start_on.toordinal(), "amount_minor"].sum()
        under_way = UnderWay(
            day=front.as_of.isoformat(), booked=int(booked), open=worth(known.open(), front.as_of)
        )
    stock = known.open() if planned_on == front.as_of else open_on(planned_on)
    weights = working_days(organisation, cycle.start_on, last) * season_weights(cycle.start_on, last, season)
    return PlanInputs(
        as_of=front.as_of.isoformat(),
        planned_on=planned_on.isoformat(),
        transitions=moves,
        average_value=value,
        open=worth(stock, planned_on),
        under_way=under_way,
        season=season.tolist(),
        day_weights=weights.round(6).tolist(),
        sourcing=sourcing(as_of=front.as_of),
        slots=_slots(cycle, organisation, last),
    )


def basis_window(won: pd.DataFrame, planned_on: date, as_of: date) -> tuple[date, date, bool]:
    """First and last day of the year of wins that a plan looks at, and whether it lies after `planned_on`.

    `won` as of `Stays.won`. The 12 months up to the day of the plan; without any win then, those up to `as_of`.
    """
    days = won["entered"]
    first = planned_on - YEAR + timedelta(days=1)
    if as_of > planned_on and not days.between(first.toordinal(), planned_on.toordinal()).any():
        return as_of - YEAR + timedelta(days=1), as_of, True
    return first, planned_on, False


def average_value(won: pd.DataFrame, planned_on: date, as_of: date) -> AverageValue:
    """Mean amount of the deals won in the window, minor units, with the 80 % interval of the mean.

    The interval is that of a ratio over the stored groups (deals of one person won on one day): the amounts of the
    single deals are not kept.
    """
    first, last, after = basis_window(won, planned_on, as_of)
    rows = won[won["entered"].between(first.toordinal(), last.toordinal())]
    count, amount = rows["count"].to_numpy(dtype=np.float64), rows["amount_minor"].to_numpy(dtype=np.float64)
    wins = int(count.sum())
    value = float(amount.sum() / wins) if wins and amount.sum() > 0 else None
    low = high = None
    if value is not None and len(rows) > 1:
        spread = np.sqrt(((amount - value * count) ** 2).sum() * len(rows) / (len(rows) - 1)) / wins
        low, high = max(0.0, value - Z80 * float(spread)), value + Z80 * float(spread)
    return AverageValue(
        value=value,
        low=low,
        high=high,
        wins=wins,
        first_day=first.isoformat(),
        last_day=last.isoformat(),
        after_start=after,
    )


def transitions(known: Stays, pace: Pace) -> list[Transition]:
    """Every open stage to the next one, or to won: the company's rate, its interval and its delay."""
    stages = known.open_stages
    following = [*stages[1:], *known.won_stages[:1]]
    counts = known.counts()
    counts = counts.assign(group=counts["stage"])
    rates = eventual_rates(counts)
    sure = posterior(rates["n_eff"], rates["x_eff"], JEFFREYS, JEFFREYS, np.nan).set_index(rates.index)
    found: dict[Any, dict[Any, Any]] = dict(rates.join(sure[["low", "high"]]).to_dict("index"))
    lag = lag_distribution(counts, LAG_HORIZON)
    pmf_of = dict(zip(lag.groups, lag.probabilities, strict=True))
    unknown = known.unknown().groupby("stage")["count"].sum().to_dict()
    return [
        _transition(stage, after, found.get(stage.id), pmf_of.get(stage.id), unknown.get(stage.id, 0), pace)
        for stage, after in zip(stages, following, strict=False)
    ]


def _transition(
    stage: Stage, after: Stage, found: dict[Any, Any] | None, pmf: Floats | None, unknown: int, pace: Pace
) -> Transition:
    decided = found is not None and found["advanced"] + found["lost"] > 0
    row = found or {"entered": 0, "advanced": 0, "lost": 0, "open": 0}
    rate = float(row["eventual_rate"]) if decided else 0.0
    return Transition(
        stage=str(stage.id),
        to=str(after.id),
        unknown_because="" if rate > 0 else NEVER_ADVANCED if decided else NO_DATES,
        entered=int(row["entered"]),
        advanced=int(row["advanced"]),
        lost=int(row["lost"]),
        open=int(row["open"]),
        unknown=int(unknown),
        rate=rate or None,
        low=float(row["low"]) if decided else None,
        high=float(row["high"]) if decided else None,
        a=float(row["x_eff"]) + JEFFREYS if decided else None,
        b=float(row["n_eff"] - row["x_eff"]) + JEFFREYS if decided else None,
        median_days=float(row["median_days"]) if rate else None,
        p90_days=float(row["p90_days"]) if rate else None,
        lag=shortened(pmf) if rate and pmf is not None else [],
        weekly_mean=pace.mean.get(stage.id),
        weekly_p80=pace.p80.get(stage.id),
        weeks=pace.weeks,
    )


def _open_pipeline(
    stock: pd.DataFrame,
    known: Stays,
    moves: list[Transition],
    value: float | None,
    day: date,
    window: tuple[date, date],
) -> OpenPipeline:
    """What `stock` (stage, age, count, amount_minor, as of `day`) is expected to bring from window start to end."""
    chain: list[Transition] = []
    for move in reversed(moves):
        if move["rate"] is None:
            break
        chain.insert(0, move)
    items = int(stock["count"].sum())
    result = open_nothing(day)
    row_of = {move["stage"]: row for row, move in enumerate(chain)}
    rows = stock["stage"].map(lambda stage: row_of.get(str(stage), -1)).to_numpy(dtype=np.int64)
    counted = stock[rows >= 0]
    result["items"], result["not_counted"] = items, items - int(counted["count"].sum())
    first, last = (max(0, (edge - day).days) for edge in (window[0] - timedelta(days=1), window[1]))
    if not len(counted) or last == 0:
        return result
    won, lost = won_and_lost(*_ways_out(known, [move["stage"] for move in chain]))
    count, money = counted["count"].to_numpy(), counted["amount_minor"].to_numpy(dtype=np.float64)
    # An open deal whose file gives no amount counts for the mean of the wins.
    money = np.where(money > 0, money, count * (value or 0.0))
    ages = counted["age"].to_numpy(dtype=np.int64).clip(0)
    found = [
        open_contribution(rows[rows >= 0], ages, count, money, won, lost, horizon)
        for horizon in range(first, last + 1)
    ]
    amounts = np.array([by_day.amount.sum() for by_day in found])
    result["amount"] = float(amounts[-1] - amounts[0])
    result["wins"] = float(found[-1].wins.sum() - found[0].wins.sum())
    if result["amount"] > 0 and first == (window[0] - timedelta(days=1) - day).days:
        result["curve"] = np.round((amounts[1:] - amounts[0]) / result["amount"], 5).tolist()
    return result


def _ways_out(known: Stays, chain: list[str]) -> tuple[Floats, Floats]:
    """Chances of advancing and of being lost on each day after entry, (K, CURVE_HORIZON + 1) both."""
    counts = known.counts()
    table = curves(counts.assign(group=counts["stage"].map(str)))
    shape = (len(chain), CURVE_HORIZON + 1)
    advanced, lost = np.zeros(shape), np.zeros(shape)
    for row, stage in enumerate(chain):
        steps = table[table["group"] == stage]
        day = steps["day"].to_numpy().clip(max=CURVE_HORIZON)
        np.add.at(advanced[row], day, np.diff(steps["cif_advanced"], prepend=0.0))
        np.add.at(lost[row], day, np.diff(steps["cif_lost"], prepend=0.0))
    return advanced, lost


def _season(organisation: Organisation, won: pd.DataFrame, planned_on: date) -> Floats:
    """The factor of each calendar month from the whole years of wins before the day of the plan, (12,)."""
    past = won[won["entered"] <= planned_on.toordinal()]
    if past.empty:
        return np.ones(MONTHS)
    end = np.datetime64(planned_on + timedelta(days=1), "M").astype(int)  # the first month that is not whole
    began = np.datetime64(date.fromordinal(int(past["entered"].min())), "M").astype(int) + 1
    years = (end - began) // MONTHS
    if years < 1:
        return np.ones(MONTHS)
    start = end - years * MONTHS
    days = past["entered"].to_numpy() - date(1970, 1, 1).toordinal()
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(int) - start
    inside = (month >= 0) & (month < years * MONTHS)
    totals = np.bincount(
        month[inside], weights=past["amount_minor"].to_numpy()[inside], minlength=years * MONTHS
    )
    first, after = (np.datetime64(int(m), "M").astype("datetime64[D]").item() for m in (start, end))
    worked = working_days(organisation, first, after - timedelta(days=1))
    of_day = (np.datetime64(first) + np.arange(worked.size)).astype("datetime64[M]").astype(int) - start
    days_worked = np.bincount(of_day, weights=worked, minlength=years * MONTHS)
    order = np.argsort((start + np.arange(MONTHS)) % MONTHS)  # January first
    by_year = totals.reshape(years, MONTHS)[:, order]
    return seasonality(by_year, days_worked.reshape(years, MONTHS)[:, order])


def _nothing_known(cycle: Cycle, organisation: Organisation, last: date) -> PlanInputs:
    stages = list(Stage.objects.order_by("position"))
    empty = pd.DataFrame(
        {
            "stage": [],
            "team": [],
            "owner": [],
            "outcome": [],
            "days": [],
            "entered": [],
            "count": [],
            "amount_minor": [],
        }
    ).astype({"days": "int64", "entered": "int64", "count": "int64", "amount_minor": "int64"})
    eve = cycle.start_on - timedelta(days=1)
    none = Stays(as_of=eve, stages=stages, ended=empty, going=empty)
    return PlanInputs(
        as_of=None,
        planned_on=None,
        transitions=transitions(none, Pace({}, {}, 0)),
        average_value=average_value(none.won(), eve, eve),
        open=None,
        under_way=None,
        season=[1.0] * MONTHS,
        day_weights=working_days(organisation, cycle.start_on, last).tolist(),
        sourcing=sourcing(as_of=None),
        slots=_slots(cycle, organisation, last),
    )


def _slots(cycle: Cycle, organisation: Organisation, last: date) -> Slots:
    worked = working_days(organisation, cycle.start_on, last)
    offered = capacity.offered(cycle.start_on.weekday(), worked)
    return Slots(hosts=offered.hosts, slots=offered.slots)
