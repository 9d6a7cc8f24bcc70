"""Where a cycle will land: booked + open deals + deals that are not there yet, with an interval and a probability (F6).

Pure: what was known of the deals at the end of a day goes in, figures come out; the same seed gives the same figures. All is
vectorised over scopes and over cases; the only loops run over stages, scopes of a tree (parents first) and past cycles.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from pipeline.domain.landing_creation import Calendar
from pipeline.domain.landing_curves import Deals, LandingError, Scopes
from pipeline.domain.landing_draws import Cases, Draws, Noise, draw, expected
from pipeline.domain.landing_known import Known, Measure, Window, counted, learn

__all__ = [
    "Calendar",
    "Cases",
    "Deals",
    "Draws",
    "Known",
    "LandingError",
    "Measure",
    "Noise",
    "Past",
    "Scopes",
    "Summary",
    "Window",
    "cases",
    "cycle_sizes",
    "expected",
    "land",
    "learn",
    "past_cycles",
    "summary",
    "tree",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

INTERVAL = (0.1, 0.9)  # 80 %
YEAR = 365
PAST_CYCLES = 12
SIZES = np.linspace(0.0, 1.0, 201)  # standard deviation of the log of a cycle's effect
USUAL_SIZE = 0.2  # scale of what is supposed of it before any cycle was seen
PAST_DRAWS = 512


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """Past cycles forecast as of their own eve: what came, what was expected, and the variance that was known; (J,)."""

    actual: Floats
    mean: Floats
    variance: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """Of each case, (m,): mean, 80 % interval, P(landing ≥ target) with its standard error, and the parts of the mean."""

    mean: Floats
    low: Floats
    high: Floats
    probability: Floats
    standard_error: Floats
    booked: Floats
    open: Floats
    created: Floats


def tree(leaves: Sequence[ArrayLike], parent: ArrayLike, size: int) -> Scopes:
    """Scopes from the leaves of each (row numbers below ``size``); a parent stands before its children."""
    columns = [np.unique(np.asarray(of, dtype=np.int64)) for of in leaves]
    rows = np.repeat(np.arange(len(columns)), [of.size for of in columns])
    cells = np.concatenate([*columns, np.zeros(0, dtype=np.int64)])
    contains = sparse.csr_array((np.ones(cells.size), (rows, cells)), shape=(len(columns), size))
    return Scopes(contains, np.asarray(parent, dtype=np.int64))


def cases(
    known: Known, measure: Measure, scope: ArrayLike, shift: ArrayLike = 0.0, capacity: ArrayLike = 1.0
) -> Cases:
    """The landings of some scopes: ``scope`` (m,) rows, ``shift`` log of what multiplies the odds of their rates,
    ``capacity`` what multiplies the pace of their openings (both broadcast)."""
    row = np.asarray(scope, dtype=np.int64)
    moved, more = (np.broadcast_to(np.asarray(v, dtype=np.float64), row.shape) for v in (shift, capacity))
    started = known.pace.shape[row] / known.pace.exposure[row] * more
    nothing, ones = np.zeros(row.size), np.ones(row.size)
    if measure is Measure.OPENED:
        return Cases(
            booked=known.booked[measure][row], case=np.zeros(0, dtype=np.int64), chance=np.zeros(0), value=np.zeros(0),
            new=started * known.started[row], pace_shape=known.pace.shape[row], rate=ones, rate_doubt=nothing, shift=nothing,
            value_mean=ones, value_spread=nothing, value_doubt=nothing,
        )  # fmt: skip
    money = measure is Measure.AMOUNT
    case, chance, value = _open_deals(known, row, money)
    return Cases(
        booked=known.booked[measure][row],
        case=case,
        chance=chance,
        value=value,
        new=started * known.new[row],
        pace_shape=known.pace.shape[row],
        rate=known.rate[row],
        rate_doubt=known.rate_doubt[row],
        shift=moved,
        value_mean=known.worth.mean[row] if money else ones,
        value_spread=known.worth.spread[row] if money else nothing,
        value_doubt=known.worth.doubt[row] if money else nothing,
    )


def past_cycles(
    deals: Deals, calendar: Calendar, window: Window, measures: Iterable[Measure], seed: int
) -> dict[Measure, Past]:
    """Forecast the cycles before this one for the whole organisation, each from what was known on its own eve.

    As many as have a year of history before them, 12 at most. What was booked then is left out of both sides.
    """
    length = window.last - window.first + 1
    began = int(deals.opened.min(initial=deals.as_of))
    leaves = int(deals.leaf.max(initial=0)) + 1
    everything = tree([np.arange(leaves)], [-1], leaves)
    noise = Noise(seed, PAST_DRAWS)
    still = np.zeros(PAST_DRAWS)
    rows: dict[Measure, list[tuple[float, float, float]]] = {measure: [] for measure in measures}
    for back in range(1, PAST_CYCLES + 1):  # past cycles, few
        as_of = deals.as_of - back * length
        then = Window(window.first - back * length, window.last - back * length)
        if as_of - YEAR < began or then.last > deals.as_of:
            break
        known = learn(deals.until(as_of), everything, calendar, then)
        for measure, found in rows.items():
            case = cases(known, measure, [0])
            drawn = draw(case, still, noise).landing[0] - case.booked[0]
            found.append((_came(deals, then, as_of, measure), float(drawn.mean()), float(drawn.var())))
    columns = {measure: np.array(found, dtype=np.float64).reshape(-1, 3).T for measure, found in rows.items()}
    return {measure: Past(*of) for measure, of in columns.items()}


def cycle_sizes(past: Past, level: ArrayLike) -> Floats:
    """Standard deviation of the effect that a whole cycle shares, at quantiles ``level`` of what is known of it.

    Each past cycle's actual / expected − 1 is normal with the variance that its forecast knew of, and σ² more; before any
    cycle, σ is half-normal with scale 0.2. Few cycles move it little: the law stays wide, and so does the interval.
    """
    seen = past.mean > 0
    off = past.actual[seen] / past.mean[seen] - 1.0
    variance = past.variance[seen] / past.mean[seen] ** 2 + SIZES[:, np.newaxis] ** 2
    likelihood = -0.5 * (np.log(variance) + off**2 / variance).sum(axis=1) - 0.5 * (SIZES / USUAL_SIZE) ** 2
    weight = np.exp(likelihood - likelihood.max())
    share = (np.cumsum(weight) - weight / 2) / weight.sum()
    return np.interp(np.asarray(level, dtype=np.float64), share, SIZES)


def land(given: Cases, past: Past, noise: Noise) -> Draws:
    """Draw the landings with one shared effect of the cycle, whose size is that of the past cycles."""
    size = cycle_sizes(past, noise.cycle_size)
    return draw(given, size * noise.cycle - size**2 / 2, noise)


def summary(given: Cases, drawn: Draws, target: ArrayLike) -> Summary:
    """Mean, 80 % interval and P(landing ≥ target) of each case; ``target`` (m,), NaN for none.

    The interval is widened to hold the mean, which a rare large deal can push outside of the quantiles.
    """
    aim = np.asarray(target, dtype=np.float64)
    mean = drawn.landing.mean(axis=1)
    low, high = np.quantile(drawn.landing, INTERVAL, axis=1)
    # A hair below: sums of money in floats must not miss a target that they meet.
    reached = (drawn.landing >= (aim - np.abs(aim) * 1e-9)[:, np.newaxis]).mean(axis=1)
    probability = np.where(np.isnan(aim), np.nan, reached)
    return Summary(
        mean=mean,
        low=np.minimum(low, mean),
        high=np.maximum(high, mean),
        probability=probability,
        standard_error=np.sqrt(probability * (1 - probability) / drawn.landing.shape[1]),
        booked=given.booked,
        open=drawn.open,
        created=drawn.created,
    )


def _open_deals(known: Known, row: Ints, money: bool) -> tuple[Ints, Floats, Floats]:
    """Open deals of every case: case (sorted), chance to be won in the window, value. One row for each case it is in."""
    deals = known.deals
    here = np.argsort(deals.leaf, kind="stable")
    leaves = known.scopes.contains.shape[1]
    by_leaf = np.bincount(deals.leaf[here], minlength=leaves)
    first = np.cumsum(by_leaf) - by_leaf
    inside = known.scopes.contains[row].tocoo()
    order = np.argsort(inside.row, kind="stable")
    case_of, leaf_of = inside.row[order], inside.col[order]
    counts = by_leaf[leaf_of]
    case = np.repeat(case_of, counts).astype(np.int64)
    offset = np.arange(case.size) - np.repeat(np.cumsum(counts) - counts, counts)
    deal = here[np.repeat(first[leaf_of], counts) + offset]
    age = np.clip(deals.age[deal], 0, known.open.shape[2] - 1)
    chance = known.open[row[case], deals.stage[deal], age]
    if not money:
        return case, chance, np.ones(case.size)
    own = deals.amount[deal]
    return case, chance, np.nan_to_num(np.where(np.isnan(own), known.worth.mean[row[case]], own))


def _came(deals: Deals, window: Window, as_of: int, measure: Measure) -> float:
    """What came in a window after ``as_of``."""
    day, value = counted(deals, measure)
    return float(value[(day >= window.first) & (day > as_of) & (day <= window.last)].sum())
