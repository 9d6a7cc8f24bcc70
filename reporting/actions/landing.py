"""Where the company, every team and every person land in the cycle, all at once, as of the day of a run (F6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from objectives.models import Cycle, Objective
from objectives.queries.calibrating import landing_calendar
from objectives.queries.calibrating_scopes import Key, Scoping, key_of, scoping
from pipeline.actions.passages import Refresh
from pipeline.domain.landing import Measure, Noise, Past, Summary, Window, cases, cycle_sizes, land, summary
from pipeline.domain.landing_counts import ON, STILL, Counts, learn_counts, past_of
from pipeline.domain.landing_flow import LINES, flow
from pipeline.domain.landing_known import Known
from pipeline.queries.stays import NOBODY, Stays
from reporting.actions.landing_moves import moves
from reporting.models import LandingResult, Run
from reporting.queries.landing_counts import landing_counts
from tenants.queries import TeamTree

Floats = NDArray[np.float64]

SEED = 20_260_102
MEASURES = {"revenue_won": Measure.AMOUNT, "deals_won": Measure.WINS}
REVENUE = "revenue_won"
WEEK = timedelta(days=7)
LINES_OF_PARTS = ("created", "learnt")  # beside those of the deals


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """The landings of a day by scope, for each metric that can be told; weighted: the classic forecast beside them, (m,)."""

    known: Known
    scopes: Scoping
    counts: Counts
    leaf_of: dict[tuple[UUID, UUID], int]
    past: dict[Measure, Past]
    told: dict[str, Summary]
    weighted: dict[str, Floats]


def outlook(
    *,
    cycle: Cycle,
    stays: Stays,
    table: str,
    objectives: list[Objective],
    targets: Mapping[tuple[str, Key], float],
) -> Outlook | None:
    """Landings in the window of `cycle`, from what is known at the end of the day of `stays`; None without dated deals.

    `table`: the facts of that day. `targets`: by metric and scope. All teams, whoever has a deal or one of the `objectives`.
    """
    counts, hands = landing_counts(stays, table)
    if not counts.opened.count.sum() > 0:
        return None
    calendar = landing_calendar(cycle, counts.as_of, int(counts.opened.day.min()))
    days = calendar.first, calendar.first + calendar.worked.size - 1
    scopes = scoping(cycle, objectives, hands, *days, everybody=True)
    window = Window(cycle.start_on.toordinal(), cycle.end_on.toordinal() - 1)
    known = learn_counts(counts, scopes.scopes, calendar, window, scopes.capacity)
    past = past_of(counts, known, calendar, scopes.capacity[0])
    noise, rows = Noise(SEED), np.arange(len(scopes.row))
    told, weighted = {}, {}
    for metric, measure in MEASURES.items():
        if measure is Measure.AMOUNT and np.isnan(known.worth.mean[0]):
            continue  # no win of known amount anywhere: nothing says what an open deal is worth
        found = cases(known, measure, rows)
        target = np.array([targets.get((metric, key), np.nan) for key in scopes.row])
        told[metric] = summary(found, land(found, past[measure], noise), target)
        weighted[metric] = found.booked + _weighted(known, counts, measure)
    leaf_of = {(owner, team): number for number, (owner, team, _segment) in enumerate(hands.leaves)}
    return Outlook(known, scopes, counts, leaf_of, past, told, weighted)


def store(
    *, run: Run, cycle: Cycle, stays: Stays, table: str, refresh: Refresh, tree: TeamTree, objectives: list[Objective]
) -> int:  # fmt: skip
    """Save the landings of a run; how many. Rows of people who left long ago and hold nothing are left out."""
    whole = [
        one for one in objectives if one.metric in MEASURES and not one.segment and one.engagement_id is None
    ]
    targets = {(one.metric, key_of(one)): float(one.target) for one in whole if one.target is not None}
    found = outlook(cycle=cycle, stays=stays, table=table, objectives=whole, targets=targets)
    if found is None:
        return 0
    before = _week_before(cycle, run.as_of)
    flows = _flows(found, run.as_of, before, refresh) if before is not None and REVENUE in found.told else {}
    rows = []
    for metric, told in found.told.items():
        for key, row in found.scopes.row.items():
            kind, owner, _segment = key
            holds = told.booked[row] > 0 or told.open[row] > 0 or (metric, key) in targets
            if kind == "person" and not holds and owner not in tree.team_of:
                continue
            rows.append(
                LandingResult(
                    run=run, scope_kind=kind, team_id=owner if kind == "team" else None,
                    person_id=owner if kind == "person" else None, metric=metric, target=targets.get((metric, key)),
                    inputs=_inputs(found, metric, row), **_figures(told, row), weighted=float(found.weighted[metric][row]),
                    since=before.as_of if before and metric == REVENUE and row in flows else None,
                    flow=flows.get(row, []) if metric == REVENUE else [],
                )
            )  # fmt: skip
    return len(LandingResult.objects.bulk_create(rows, batch_size=1000))


def _figures(told: Summary, row: int) -> dict[str, float | None]:
    names = ("mean", "low", "high", "probability", "standard_error", "booked", "open", "created")
    return {name: _number(getattr(told, name)[row]) for name in names}


def _inputs(found: Outlook, metric: str, row: int) -> dict[str, Any]:
    """What the landing of a scope stands on."""
    known, past = found.known, found.past[MEASURES[metric]]
    inside = known.scopes.contains[[row]].toarray()[0] > 0
    pace = known.pace.shape[row] / known.pace.exposure[row]
    return {
        "open_deals": int(inside[known.deals.leaf].sum()),
        "new_deals": _number(pace * known.started[row]),
        "new_wins": _number(pace * known.new[row]),
        "win_rate": _number(known.rate[row]),
        "value": _number(known.worth.mean[row]),
        "cycle_effect": _number(float(cycle_sizes(past, 0.5))),
        "past_cycles": int(past.mean.size),
    }


def _weighted(known: Known, counts: Counts, measure: Measure) -> Floats:
    """The classic forecast of what is open, (m,): its amount × won ÷ closed among the deals that got to its stage.

    That share is the product of moved on ÷ (moved on + lost) of this stage and those after it, over the organisation.
    """
    stays = counts.stays
    closed = (stays.end != STILL) & (stays.way > 0)
    on, all_of_them = (
        np.bincount(stays.way[chosen] - 1, stays.count[chosen], counts.stages)
        for chosen in (closed & (stays.end == ON), closed)
    )
    rate = np.divide(on, all_of_them, out=np.zeros(counts.stages), where=all_of_them > 0)
    to_win = np.cumprod(rate[::-1])[::-1]
    deals, mean = known.deals, known.worth.mean[0]
    value = np.where(np.isnan(deals.amount), mean, deals.amount) if measure is Measure.AMOUNT else 1.0
    by_leaf = np.bincount(deals.leaf, to_win[deals.stage] * value, known.scopes.contains.shape[1])
    return np.asarray(known.scopes.contains @ by_leaf, dtype=np.float64)


def _week_before(cycle: Cycle, as_of: date) -> Run | None:
    """The run of a week before, or the latest of the week before that one, in the same cycle."""
    days = {"as_of__lte": as_of - WEEK, "as_of__gt": as_of - 2 * WEEK, "as_of__gte": cycle.start_on}
    return Run.objects.filter(**days).order_by("-as_of").first()


def _flows(found: Outlook, as_of: date, before: Run, refresh: Refresh) -> dict[int, list[dict[str, Any]]]:
    """By scope that had a landing then: why it moved, in whole minor units that add up to the difference of the means."""
    then = {
        ("person" if person else "team" if team else "company", person or team or NOBODY, ""): (mean, created)
        for person, team, mean, created in LandingResult.objects.filter(
            run=before, metric=REVENUE
        ).values_list("person_id", "team_id", "mean", "created")
    }
    if not then:
        return {}
    sides = moves(refresh, since=before.as_of, as_of=as_of, window=found.known.window, leaf_of=found.leaf_of)
    amounts, counts = flow(found.known, (as_of - before.as_of).days, *sides)
    told = found.told[REVENUE]
    flows = {}
    for key, row in found.scopes.row.items():
        if key not in then:
            continue
        mean, created = then[key]
        parts = [*amounts[row], told.created[row] - created]
        whole = [round(float(part)) for part in parts]
        rest = round(float(told.mean[row])) - round(mean) - sum(whole)
        deals = [*(int(count) for count in counts[row]), None, None]
        flows[row] = [
            {"line": line, "amount": amount, "count": count}
            for line, amount, count in zip((*LINES, *LINES_OF_PARTS), [*whole, rest], deals, strict=True)
        ]
    return flows


def _number(value: Any) -> float | None:
    return None if np.isnan(value) else float(value)
