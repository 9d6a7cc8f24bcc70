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
from pipeline.domain.landing import Measure, Past, Summary, Window, cases, cycle_sizes, land, summary
from pipeline.domain.landing_counts import ON, STILL, Counts, learn_counts, past_of
from pipeline.domain.landing_flow import LINES, flow
from pipeline.domain.landing_known import Known
from pipeline.queries.stays import NOBODY, Stays
from reporting.actions import rows
from reporting.actions.landing_moves import moves
from reporting.domain.landing_noise import noise
from reporting.models import LandingResult, Run
from reporting.queries.landing_counts import landing_counts
from tenants.queries import TeamTree

Floats = NDArray[np.float64]

REVENUE = "revenue_won"
WEEK = timedelta(days=7)
PARTS = ("created", "learnt")  # lines of a movement beside those of the deals
FIGURES = ("mean", "low", "high", "probability", "standard_error", "booked", "open", "created")


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """The landing of a day's revenue by scope; weighted: the classic forecast beside it, (m,)."""

    known: Known
    scopes: Scoping
    leaf_of: dict[tuple[UUID, UUID], int]
    past: Past
    told: Summary
    weighted: Floats


def outlook(
    *, cycle: Cycle, stays: Stays, table: str, objectives: list[Objective], targets: Mapping[Key, float]
) -> Outlook | None:
    """Landings in the window of `cycle`, from what is known at the end of the day of `stays`; `table`: the facts of that day.

    Of the company, all teams, and whoever has a deal or one of the `objectives`. None without dated deals, or without a win
    of known amount: nothing says what a deal is worth.
    """
    counts, hands = landing_counts(stays, table)
    if not counts.opened.count.sum() > 0:
        return None
    calendar = landing_calendar(cycle, counts.as_of, int(counts.opened.day.min()))
    days = calendar.first, calendar.first + calendar.worked.size - 1
    scopes = scoping(cycle, objectives, hands, *days, everybody=True)
    window = Window(cycle.start_on.toordinal(), cycle.end_on.toordinal() - 1)
    known = learn_counts(counts, scopes.scopes, calendar, window, scopes.capacity)
    if not known.worth.mean[0] > 0:
        return None
    past = past_of(counts, known, calendar, scopes.capacity[0])[Measure.AMOUNT]
    found = cases(known, Measure.AMOUNT, np.arange(len(scopes.row)))
    target = np.array([targets.get(key, np.nan) for key in scopes.row])
    return Outlook(
        known=known,
        scopes=scopes,
        leaf_of={(owner, team): number for number, (owner, team, _segment) in enumerate(hands.leaves)},
        past=past,
        told=summary(found, land(found, past, noise()), target),
        weighted=found.booked + _weighted(known, counts),
    )


def revenue_objectives(objectives: list[Objective]) -> list[Objective]:
    """Those on all of somebody's revenue."""
    whole = [one for one in objectives if one.metric == REVENUE and not one.segment]
    return [one for one in whole if one.engagement_id is None]


def targets_of(objectives: list[Objective]) -> dict[Key, float]:
    """The targets of these objectives by scope."""
    return {key_of(one): float(one.target) for one in objectives if one.target is not None}


def store(
    *, run: Run, cycle: Cycle, stays: Stays, table: str, refresh: Refresh, tree: TeamTree, objectives: list[Objective]
) -> int:  # fmt: skip
    """Save the landings of a run; how many. Rows of people who left long ago and hold nothing are left out."""
    whole = revenue_objectives(objectives)
    targets = targets_of(whole)
    found = outlook(cycle=cycle, stays=stays, table=table, objectives=whole, targets=targets)
    if found is None:
        return 0
    told, inputs = found.told, _inputs(found)
    before = _week_before(cycle, run.as_of)
    flows = _flows(found, run.as_of, before, refresh) if before is not None else {}
    kept = []
    for key, row in found.scopes.row.items():
        kind, owner, _segment = key
        holds = told.booked[row] > 0 or told.open[row] > 0 or key in targets
        if holds or kind != "person" or owner in tree.team_of:
            kept.append((kind, owner, key, row))
    places = [row for *_who, row in kept]
    columns: dict[str, list[Any]] = {
        "run_id": [run.id] * len(kept),
        "scope_kind": [kind for kind, *_rest in kept],
        "team_id": [owner if kind == "team" else None for kind, owner, *_rest in kept],
        "person_id": [owner if kind == "person" else None for kind, owner, *_rest in kept],
        "metric": [REVENUE] * len(kept),
        "target": [targets.get(key) for *_who, key, _row in kept],
        **{name: rows.known(getattr(told, name)[places]) for name in FIGURES},
        "weighted": found.weighted[places].tolist(),
        "since": [before.as_of if before is not None and row in flows else None for row in places],
        "flow": [flows.get(row, []) for row in places],
        "inputs": [
            dict(zip(inputs, one, strict=True))
            for one in zip(*(rows.known(values[places]) for values in inputs.values()), strict=True)
        ],
    }
    return rows.write(LandingResult, columns)


def _inputs(found: Outlook) -> dict[str, Floats]:
    """What the landings stand on, (m,) each."""
    known, size = found.known, len(found.scopes.row)
    pace = known.pace.shape / known.pace.exposure
    by_leaf = np.bincount(known.deals.leaf, minlength=known.scopes.contains.shape[1])
    return {
        "open_deals": np.asarray(known.scopes.contains @ by_leaf, dtype=np.float64),
        "new_deals": pace * known.started,
        "new_wins": pace * known.new,
        "win_rate": known.rate,
        "value": known.worth.mean,
        "cycle_effect": np.full(size, float(cycle_sizes(found.past, 0.5))),
        "past_cycles": np.full(size, float(found.past.mean.size)),
    }


def _weighted(known: Known, counts: Counts) -> Floats:
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
    deals = known.deals
    value = np.where(np.isnan(deals.amount), known.worth.mean[0], deals.amount)
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
    flows = {}
    for key, row in found.scopes.row.items():
        if key not in then:
            continue
        mean, created = then[key]
        parts = [*amounts[row], found.told.created[row] - created]
        whole = [round(float(part)) for part in parts]
        rest = round(float(found.told.mean[row])) - round(mean) - sum(whole)
        deals = [*(int(count) for count in counts[row]), None, None]
        flows[row] = [
            {"line": line, "amount": amount, "count": count}
            for line, amount, count in zip((*LINES, *PARTS), [*whole, rest], deals, strict=True)
        ]
    return flows
