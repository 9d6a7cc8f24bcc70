"""How attainable the objectives of a cycle are, as of its eve: the documents that the calibration stores."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

import numpy as np

from objectives.domain import calibration as domain
from objectives.domain.calibration import Calibration, Unknown
from objectives.domain.context import Constraints, effective_constraints, handed_down
from objectives.models import Cycle, Objective
from objectives.queries.briefs import Brief, constraints_in
from objectives.queries.calendar import working_days
from objectives.queries.calibrating_deals import KnownDeals, known_deals
from objectives.queries.calibrating_documents import asked, landed, nothing, rates
from objectives.queries.calibrating_scopes import Scoping, hands_of, scoping
from pipeline.domain.landing import Calendar, Measure, Noise, Window, learn, past_cycles
from pipeline.domain.landing_curves import curves
from pipeline.queries.stays import frontier

MEASURES = {
    "revenue_won": Measure.AMOUNT,
    "deals_won": Measure.WINS,
    "opportunities_opened": Measure.OPENED,
}
RATES = ("stage_conversion_rate", "win_rate")
SEED = 20_260_101
YEAR = 365
CALENDAR_DAYS = 8 * YEAR
AT_ONCE = 100  # cases drawn together; the draws of one take 32 kB, several times


def calibrations(cycle: Cycle, objectives: Sequence[Objective]) -> dict[UUID, Calibration]:
    """The document of each objective of the cycle, by id, as of the eve of the cycle or the last known day if earlier.

    `objectives`: all those of the cycle (constraints are inherited from the parents). Ten queries, two of them settings, whatever the size.
    """
    constraints = constraints_of(objectives)
    front = frontier()
    as_of = None if front is None else min(front.as_of, cycle.start_on - timedelta(days=1))
    known = None if as_of is None else known_deals(as_of)
    wanted: dict[str, list[Objective]] = defaultdict(list)
    documents: dict[UUID, Calibration] = {}
    for row in objectives:
        because = _because(row, known)
        if because is None:
            wanted[row.metric].append(row)
        else:
            documents[row.pk] = nothing(row, because, as_of, domain.multipliers(constraints[row.pk]))
    if known is not None and wanted:
        calendar = landing_calendar(cycle, known.deals.as_of, int(known.deals.opened.min()))
        rows = [row for of_metric in wanted.values() for row in of_metric]
        days = calendar.first, calendar.first + calendar.worked.size - 1
        # What is usual for a rate is that of all, so that it does not depend on who has an objective.
        scopes = scoping(
            cycle, rows, hands_of(known), *days, everybody=any(metric in wanted for metric in RATES)
        )
        documents |= _documents(cycle, known, calendar, scopes, wanted, constraints)
    return documents


def constraints_of(objectives: Sequence[Objective]) -> dict[UUID, Constraints]:
    """The constraints that hold for each objective, those of its parents included. No query."""
    places = {row.pk: place for place, row in enumerate(objectives)}
    above = [places.get(row.parent_id) if row.parent_id else None for row in objectives]
    nothing: Constraints = {}
    own: list[Constraints] = [row.context.get("constraints", nothing) for row in objectives]
    found = handed_down(above, own, effective_constraints, nothing)
    return {row.pk: constraints for row, constraints in zip(objectives, found, strict=True)}


def outdated(objectives: Sequence[Brief]) -> list[Brief]:
    """Those whose probability is missing or about something else than what they now say. No query."""
    known: dict[int, dict[str, float]] = {}  # of the constraints that several share
    found = []
    for row, constraints in zip(objectives, constraints_in(objectives), strict=True):
        if id(constraints) not in known:
            known[id(constraints)] = domain.multipliers(constraints)
        target = None if row.target is None else float(row.target)
        if domain.is_outdated(row.calibration, target, known[id(constraints)]):
            found.append(row)
    return found


def unjustified[R: (Objective, Brief)](objectives: Iterable[R]) -> list[R]:
    """Those that are out of reach and kept without a reason. No query."""
    return [
        row
        for row in objectives
        if domain.is_out_of_reach(row.calibration) and not domain.is_justified(row.calibration)
    ]


def _because(row: Objective, known: KnownDeals | None) -> Unknown | None:
    """Why an objective cannot be calibrated, None when it can."""
    if row.metric not in MEASURES and row.metric not in RATES:
        return Unknown.NOT_MEASURED
    if row.target is None:
        return Unknown.NO_TARGET
    if known is None or not known.deals.opened.size:
        return Unknown.NO_HISTORY
    if row.stage_id is not None and row.stage_id not in known.stages:
        return Unknown.NOT_MEASURED
    if row.metric == "opportunities_opened" or row.metric in RATES:
        return None
    won = known.deals.won
    if row.metric == "revenue_won":
        won = won & ~np.isnan(known.deals.amount)
    return None if won.any() else Unknown.NO_WINS


def _documents(
    cycle: Cycle,
    known: KnownDeals,
    calendar: Calendar,
    scopes: Scoping,
    wanted: dict[str, list[Objective]],
    constraints: dict[UUID, Constraints],
) -> dict[UUID, Calibration]:
    window = Window(cycle.start_on.toordinal(), cycle.end_on.toordinal() - 1)
    year = curves(known.deals, scopes.scopes, YEAR)
    documents: dict[UUID, Calibration] = {}
    for metric in RATES:
        if metric in wanted:
            of = asked(wanted[metric], scopes, constraints)
            days = window.last - window.first + 1
            documents |= rates(of, year, scopes, known.stages, days, known.deals.as_of)
    measures = {metric: measure for metric, measure in MEASURES.items() if metric in wanted}
    if not measures:
        return documents
    learned = learn(known.deals, scopes.scopes, calendar, window, scopes.capacity)
    pasts = past_cycles(known.deals, calendar, window, measures.values(), SEED)
    noise = Noise(SEED)
    for metric, measure in measures.items():
        rows = wanted[metric]
        for start in range(0, len(rows), AT_ONCE):
            of = asked(rows[start : start + AT_ONCE], scopes, constraints)
            documents |= landed(of, measure, learned, pasts[measure], noise, year)
    return documents


def landing_calendar(cycle: Cycle, as_of: int, opened: int) -> Calendar:
    """Working days from the first opening (eight years back at most) to the end of the cycle; days are ordinals."""
    last = cycle.end_on.toordinal() - 1
    first = min(max(opened, as_of - CALENDAR_DAYS), as_of - YEAR)
    worked = working_days(cycle.organisation, date.fromordinal(first), date.fromordinal(last))
    days = np.arange(first, last + 1) - date(1970, 1, 1).toordinal()
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    return Calendar(first, worked, month)
