"""What was planned at each leaf of a gap: the plan of the cycle, in the hands that its objectives give it to."""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd

from objectives.domain.revised_path import Step, revised_path
from objectives.models import Cycle, Objective
from objectives.queries import PhasedPlan, phased_plan
from objectives.queries.history import Promised, promised_on
from pipeline.queries.stays import NOBODY
from reporting.domain.lever_leaves import CARRIED, REVENUE, own_parts
from tenants.domain.names import normalise_key
from tenants.queries import TeamTree

OWNERLESS = 0.5  # minor units: less than a cent that nobody was given is rounding
METRIC = "revenue_won"


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """parts: team, person, the planned count of each link, "revenue", "carried_in". named: team, person, segment, share."""

    parts: pd.DataFrame
    named: pd.DataFrame


def plan_of(cycle: Cycle) -> PhasedPlan | None:
    """One query; None while the cycle has no revenue objective."""
    plan = cycle.plans.select_related("cycle__organisation").first()
    return phased_plan(plan) if plan is not None else None


def revenue_objectives(cycle: Cycle, as_of: date) -> Promised:
    """The revenue objectives of the company, of teams and of people, as promised on the day. One or two queries."""
    rows = Objective.objects.filter(cycle=cycle, metric=METRIC, engagement=None, target__isnull=False)
    return promised_on(list(rows.exclude(state=Objective.State.DRAFT)), cycle, as_of)


def planned(
    cycle: Cycle, plan: PhasedPlan, promised: Promised, tree: TeamTree, *, as_of: date, links: Sequence[str],
    to_target: bool, segments: Sequence[str],
) -> Planned:  # fmt: skip
    """What was due by the day (or, to_target, by the end of the cycle), in the hands that it was given to.

    A person has the company's plan in proportion to what is due from that person. What a team or the company gave to
    nobody stays in the team's, or nobody's, name: under any owner the parts add up to what is due from the owner.
    segments: as the deals spell them.
    """
    last = (cycle.end_on - cycle.start_on).days - 1
    day = last if to_target else min((as_of - cycle.start_on).days, last)
    # Before the first win is due, deals are entered already: they follow the targets.
    expected = float(plan.revenue[day])
    whole = expected if expected > 0 else float(plan.target)
    at = day if expected > 0 else last
    sizes = {one.id: float(_due(one, plan, promised)[at]) for one in promised.objectives}
    owners = {one.person_id or one.team_id: sizes[one.id] for one in promised.objectives if not one.segment}
    parts = _parts(owners, tree)
    wins = float(plan.counts[-1][day]) if len(plan.counts) else 0.0
    through = float(plan.chain_revenue[day]) if wins > 0 else 0.0
    table: dict[str, Any] = {
        name: [hand[place] for hand in parts] for place, name in enumerate(("team", "person"))
    }
    share = np.array(list(parts.values()), dtype=np.float64) / whole
    for place, link in enumerate(links):
        table[link] = share * (float(plan.counts[place][day]) if len(plan.counts) else 0.0)
    table[REVENUE], table[CARRIED] = share * through, share * (expected - through)
    found = pd.DataFrame(table).astype({"team": object, "person": object})
    return Planned(found, _named(promised.objectives, sizes, owners, found, tree, segments))


def _due(objective: Objective, plan: PhasedPlan, promised: Promised) -> np.ndarray:
    """What is due from the objective by the end of each day, (D,)."""
    target = float(objective.target or 0)
    return revised_path(plan.path, promised.steps.get(objective.pk) or [Step(0, target)])


def _lines(owners: Mapping[Any, float], tree: TeamTree) -> dict[Hashable, list[Hashable]]:
    """Each owner's line upwards, nearest first, the company (None) last."""
    found: dict[Hashable, list[Hashable]] = {}
    for owner in owners:
        if owner is None:
            found[owner] = []
            continue
        team = tree.team_of.get(owner) if owner in tree.people else owner
        above = tree.ancestors(team) if team is not None else []
        found[owner] = [*(one for one in above if one != owner), None]
    return found


def _parts(owners: Mapping[Any, float], tree: TeamTree) -> dict[tuple[UUID, UUID], float]:
    """(team, person) → what is due there; nobody stands for what was not given on."""
    found: dict[tuple[UUID, UUID], float] = defaultdict(float)
    own: dict[Any, float] = dict(own_parts(owners, _lines(owners, tree)))
    for owner, size in own.items():
        if owner in tree.people:
            found[tree.team_of.get(owner, NOBODY), owner] += size
        elif abs(size) > OWNERLESS:
            found[NOBODY if owner is None else owner, NOBODY] += size
    return dict(found) or {(NOBODY, NOBODY): 0.0}


def _named(
    objectives: Sequence[Objective], sizes: Mapping[UUID, float], owners: Mapping[Any, float], parts: pd.DataFrame,
    tree: TeamTree, segments: Sequence[str],
) -> pd.DataFrame:  # fmt: skip
    """The segments that objectives name, as shares of what is due from the nearest owner that names any."""
    spelt = {normalise_key(name): name for name in segments}
    by_owner: dict[Any, dict[str, float]] = defaultdict(dict)
    for one in objectives:
        owner = one.person_id or one.team_id
        if one.segment and owners.get(owner, 0.0) > 0:
            name = spelt.get(normalise_key(one.segment), one.segment)
            by_owner[owner][name] = by_owner[owner].get(name, 0.0) + sizes[one.id] / owners[owner]
    rows = []
    for team, person in zip(parts["team"], parts["person"], strict=True) if by_owner else ():
        line = [person, *(tree.ancestors(team) if team != NOBODY else []), None]
        nearest = next((one for one in line if one in by_owner), None)
        if nearest in by_owner:
            rows += [(team, person, segment, share) for segment, share in by_owner[nearest].items()]
    return pd.DataFrame(rows, columns=["team", "person", "segment", "share"])


def window_before(cycle: Cycle, cycles: Sequence[Cycle]) -> tuple[date, date]:
    """The cycle that ended when this one began, else as many days just before it: first and last day."""
    before = next((one for one in cycles if one.end_on == cycle.start_on), None)
    if before is not None:
        return before.start_on, before.end_on - timedelta(days=1)
    return cycle.start_on - (cycle.end_on - cycle.start_on), cycle.start_on - timedelta(days=1)
