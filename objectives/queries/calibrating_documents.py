"""From landings and rates to the documents that objectives keep. No query."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from scipy import special

from objectives.domain import calibration as domain
from objectives.domain.calibration import Calibration, Capacity, Implied, Parts, Unknown
from objectives.domain.context import Constraints
from objectives.models import Objective
from objectives.queries.calibrating_scopes import Scoping, key_of
from pipeline.domain.landing import (
    Cases,
    Known,
    Measure,
    Noise,
    Past,
    Summary,
    cases,
    expected,
    land,
    summary,
)
from pipeline.domain.landing_curves import Curves
from pipeline.domain.landing_draws import SHIFTS
from pipeline.domain.small_samples import fit_prior

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

QUANTILES = (0.1, 0.9)
YEAR = 365
DAYS_IN_WEEK = 7


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Objectives on one metric; (m,) each: ``row`` of their scopes, ``target`` (NaN: none), log of the odds' multipliers,
    multiplier of the openings, and all multipliers by factor."""

    objectives: list[Objective]
    row: Ints
    target: Floats
    shift: Floats
    capacity: Floats
    multipliers: list[dict[str, float]]


def asked(rows: list[Objective], scopes: Scoping, constraints: dict[UUID, Constraints]) -> Asked:
    found = [domain.multipliers(constraints[row.pk]) for row in rows]
    return Asked(
        rows,
        np.array([scopes.row[key_of(row)] for row in rows], dtype=np.int64),
        np.array([np.nan if row.target is None else float(row.target) for row in rows]),
        np.array([domain.odds_shift(one) for one in found]),
        np.array([one[domain.CAPACITY] for one in found]),
        found,
    )


def landed(
    of: Asked, measure: Measure, known: Known, past: Past, noise: Noise, year: Curves
) -> dict[UUID, Calibration]:
    """Documents of objectives on what lands: an amount, wins or openings. ``year``: curves of the last 12 months."""
    given = cases(known, measure, of.row, of.shift, of.capacity)
    told = summary(given, land(given, past, noise), of.target)
    if measure is Measure.OPENED:
        implied = _implied_pace(of, given, known)
    else:
        implied = _implied_win_rate(of, given, known, year)
    capacity = _capacity(of, given, known, told, measure)
    return {
        row.pk: _document(of, i, known.as_of, told, implied[i], capacity[i])
        for i, row in enumerate(of.objectives)
    }


def rates(
    of: Asked, year: Curves, scopes: Scoping, stages: list[UUID], days: int, as_of: int
) -> dict[UUID, Calibration]:
    """Documents of objectives on rates (of a stage, or to win), from the last 12 months (F2, F3).

    The prior of a rate is that of the organisation's people, or teams, on the same stage; ``days`` of the cycle: as many
    items are supposed to be decided in it as in the same time of the last 12 months.
    """
    # Column 0: from the opening to won; then each stage to the next.
    size, wins = (
        np.column_stack(pair) for pair in zip(_first(year.to_win()), year.to_advance(), strict=True)
    )
    events = np.column_stack([year.events[:, 0], year.left])
    column = np.array(
        [0 if row.stage_id is None else 1 + stages.index(row.stage_id) for row in of.objectives],
        dtype=np.int64,
    )
    at = (of.row, column)
    prior = {int(one): _prior(size[:, one], wins[:, one], scopes) for one in np.unique(column)}  # stages, few
    a, b = (np.array([prior[int(one)][side] for one in column]) for side in (0, 1))
    a, b = wins[at] + a, np.maximum(size[at] - wins[at], 0.0) + b
    told = domain.rate_outlook(a, b, of.target, events[at] * days / YEAR, of.shift)
    low, high = (special.betaincinv(a, b, level) for level in QUANTILES)
    documents: dict[UUID, Calibration] = {}
    for i, row in enumerate(of.objectives):
        if events[at][i] == 0:
            documents[row.pk] = nothing(row, Unknown.NO_HISTORY, date.fromordinal(as_of), of.multipliers[i])
            continue
        needed = float(domain.shifted(of.target[i], -of.shift[i]))
        implied = Implied(
            stage=domain.WIN_RATE if row.stage_id is None else str(row.stage_id),
            needed=needed, low=float(low[i]), high=float(high[i]),
        )  # fmt: skip
        documents[row.pk] = _written(
            row, as_of, of.multipliers[i], float(told["probability"][i]), 0.0,
            (float(told["mean"][i]), float(told["low"][i]), float(told["high"][i])), implied, None, None,
        )  # fmt: skip
    return documents


def nothing(
    row: Objective, because: Unknown, as_of: date | None, multipliers: dict[str, float]
) -> Calibration:
    """The document of an objective that cannot be calibrated."""
    return domain.unknown(
        because,
        as_of=as_of.isoformat() if as_of else None,
        target=None if row.target is None else float(row.target),
        found=multipliers,
        justification=str(row.calibration.get("justification") or ""),
    )


def _first(pair: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    return pair[0][:, 0], pair[1][:, 0]


def _prior(size: Floats, wins: Floats, scopes: Scoping) -> tuple[float, float]:
    """The prior from the scopes of people, or of teams when there are fewer than 3 people; segments stand apart."""
    for kind in ("person", "team"):
        rows = [row for (of, _owner, segment), row in scopes.row.items() if of == kind and not segment]
        if (size[rows] >= 1).sum() >= 3:
            break
    return fit_prior(size[rows], np.minimum(wins[rows], size[rows]))


def _implied_win_rate(of: Asked, given: Cases, known: Known, year: Curves) -> list[Implied | None]:
    """The win rate that reaches the target all else equal, and what the last 12 months say of it."""
    needed = domain.implied_rates(
        np.nan_to_num(of.target), expected(given), SHIFTS, known.rate[of.row], given.shift
    )
    size, wins = _first(year.to_win())
    above = known.scopes.upward(np.column_stack([size, wins]), size[:, np.newaxis] >= 1)[of.row]
    a, b = above[:, 1] + 0.5, np.maximum(above[:, 0] - above[:, 1], 0.0) + 0.5
    low, high = (special.betaincinv(a, b, level) for level in QUANTILES)
    return [
        Implied(
            stage=domain.WIN_RATE,
            needed=None if np.isnan(needed[i]) else float(needed[i]),
            low=float(low[i]),
            high=float(high[i]),
        )
        if above[i, 0] > 0
        else None
        for i in range(of.row.size)
    ]


def _implied_pace(of: Asked, given: Cases, known: Known) -> list[Implied | None]:
    """Openings a week that reach the target, and what the own pace says of this time of the year."""
    after, until = known.window.ahead(known.as_of)
    weeks = (until - after) / DAYS_IN_WEEK
    if weeks <= 0:
        return [None] * of.row.size
    low, high = (
        special.gammaincinv(given.pace_shape, level) / given.pace_shape * given.new / weeks
        for level in QUANTILES
    )
    return [
        Implied(
            stage=domain.WEEKLY_OPENINGS,
            needed=float(max(0.0, of.target[i] - given.booked[i]) / weeks),
            low=float(low[i]),
            high=float(high[i]),
        )
        for i in range(of.row.size)
    ]


def _capacity(
    of: Asked, given: Cases, known: Known, told: Summary, measure: Measure
) -> list[Capacity | None]:
    """Openings of the cycle that the target needs, all else equal, beside those that the own pace gives."""
    pace = known.pace.shape[of.row] / known.pace.exposure[of.row] * of.capacity
    available = pace * known.started[of.row]
    rest = np.maximum(0.0, of.target - given.booked - (0.0 if measure is Measure.OPENED else told.open))
    share = np.divide(rest, told.created, out=np.full(rest.size, np.nan), where=told.created > 0)
    needed = rest if measure is Measure.OPENED else available * share
    return [
        None if np.isnan(needed[i]) else Capacity(needed=float(needed[i]), available=float(available[i]))
        for i in range(of.row.size)
    ]


def _document(
    of: Asked, i: int, as_of: int, told: Summary, implied: Implied | None, capacity: Capacity | None
) -> Calibration:
    parts = Parts(booked=float(told.booked[i]), open=float(told.open[i]), created=float(told.created[i]))
    return _written(
        of.objectives[i], as_of, of.multipliers[i], float(told.probability[i]), float(told.standard_error[i]),
        (float(told.mean[i]), float(told.low[i]), float(told.high[i])), implied, capacity, parts,
    )  # fmt: skip


def _written(
    row: Objective,
    as_of: int,
    multipliers: dict[str, float],
    probability: float,
    error: float,
    figures: tuple[float, float, float],
    implied: Implied | None,
    capacity: Capacity | None,
    parts: Parts | None,
) -> Calibration:
    target = None if row.target is None else float(row.target)
    return Calibration(
        engine=domain.ENGINE,
        as_of=date.fromordinal(as_of).isoformat(),
        target=target,
        probability=probability,
        band=domain.band_of(probability).value,
        because="",
        mean=figures[0],
        low=figures[1],
        high=figures[2],
        standard_error=error,
        implied=implied,
        multipliers=multipliers,
        capacity=capacity,
        parts=parts,
        justification=str(row.calibration.get("justification") or ""),
    )
