"""A gap of revenue at its leaves: against the path, the target, the cycle before, or another team (formulas F4)."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import numpy as np
import pandas as pd

from objectives.models import Cycle
from pipeline.models import Stage
from pipeline.queries import histories as history_queries
from reporting.domain.lever_draws import Units
from reporting.domain.lever_leaves import LEVELS, Side, contributions, planned_leaves, shares_before, sides
from reporting.queries import lever_plan
from reporting.queries.lever_reads import MOVED, Chain, chain_of, counted, hand_codes, moves, units
from reporting.queries.looking import Looking
from reporting.queries.memo import Source, as_known, of_run, remember
from tenants.queries import TeamTree

PATH, TARGET, BEFORE, TEAM = "path", "target", "before", "team"
BY_MARKET = ("segment", "channel")  # what two teams have in common
SHARED = "shared"
# How the plan was shared out over segments and channels.
OF_BEFORE, OF_NOW, NOT_AT_ALL = "before", "now", "none"


@dataclass(frozen=True, slots=True)
class Asked:
    """against: PATH, TARGET, BEFORE or TEAM; for TEAM, `team` is compared with `other`."""

    against: str = PATH
    team: UUID | None = None
    other: UUID | None = None


NOT_TOLD = Source("", "")


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """table: a row per leaf (in the order of the sides): `levels`, the players in whole minor units, "shared" credit.

    since, until: the days that were measured; before: those that they are compared with, None for a plan. units: what
    was done, by leaf; plan_units: what was done on the other side, None for a plan. basis: OF_BEFORE, OF_NOW or NOT_AT_ALL.
    names_segments: whether objectives name segments.
    """

    chain: Chain
    levels: tuple[str, ...]
    table: pd.DataFrame
    plan: Side
    actual: Side
    units: Units
    plan_units: Units | None
    since: date
    until: date
    before: tuple[date, date] | None = None
    basis: str = ""
    names_segments: bool = False
    source: Source = NOT_TOLD  # what it was worked out from, for `memo.remember`

    @property
    def players(self) -> list[str]:
        """As the draws have them; "shared" is none of them."""
        return [str(name) for name in self.table.columns if name not in (*self.levels, SHARED)]


def gap_of(looking: Looking, tree: TeamTree, stages: list[Stage], asked: Asked) -> Gap | None:
    """None where nothing can be compared: no cycle, no run for the day, or for a path or target no plan in force."""
    cycle, run = looking.cycle, looking.run
    if cycle is None or run is None:
        return None
    source = of_run(run).beside(as_known(looking.as_of))
    key = (asked.against, asked.team if asked.against == TEAM else None, asked.other, cycle.id)
    found = remember(
        lambda: _work_out(cycle, looking, tree, stages, asked), name="levers", source=source, asked=key
    )
    return None if found is None else replace(found, source=source)


def _work_out(
    cycle: Cycle, looking: Looking, tree: TeamTree, stages: list[Stage], asked: Asked
) -> Gap | None:
    plan = lever_plan.plan_of(cycle)
    before = lever_plan.window_before(cycle, looking.cycles)
    chain = chain_of(stages, plan.stages if plan is not None and plan.stages else None)
    found = history_queries.as_of(looking.as_of, since=before[0])
    since, until = cycle.start_on, looking.as_of
    done = units(found, chain, since=since, until=until)
    moved = moves(found, since=since, until=until)
    if asked.against == TEAM and asked.team is not None and asked.other is not None:
        own, other = (list(tree.descendants(team)) for team in (asked.team, asked.other))
        rows = [done[done["team"].isin(teams)] for teams in (own, other)]
        shift = pd.concat(
            [
                moved[moved["team"].isin(own)],
                moved[moved["team"].isin(other)].assign(**{MOVED: lambda rows: -rows[MOVED]}),
            ]
        )
        return _gap(
            chain, BY_MARKET, counted(rows[1], chain, BY_MARKET), rows[0], shift, since, until, drawn=rows[1]
        )
    if asked.against == BEFORE:
        end = min(before[0] + (until - since), before[1])
        then = units(found, chain, since=before[0], until=end)
        moved_then = moves(found, since=before[0], until=end)
        shift = pd.concat([moved, moved_then.assign(**{MOVED: -moved_then[MOVED]})])
        gap = _gap(chain, LEVELS, counted(then, chain), done, shift, since, until, drawn=then)
        return replace(gap, before=(before[0], end))
    promised = lever_plan.revenue_objectives(cycle, until)
    if plan is None or plan.target <= 0 or not promised.objectives:
        return None
    earlier = units(found, chain, since=before[0], until=before[1])
    by_market = ["team", *BY_MARKET]
    shares, basis = shares_before(counted(earlier, chain, by_market), chain.links), OF_BEFORE
    if shares.empty:
        shares, basis = shares_before(counted(done, chain, by_market), chain.links), OF_NOW
    due = lever_plan.planned(
        cycle, plan, promised, tree, as_of=until, links=chain.links, to_target=asked.against == TARGET,
        segments=sorted({*shares["segment"]}),
    )  # fmt: skip
    leaves = planned_leaves(due.parts, shares, due.named, chain.links)
    gap = _gap(chain, LEVELS, leaves, done, moved, since, until)
    return replace(gap, basis=basis if len(shares) else NOT_AT_ALL, names_segments=not due.named.empty)


def _gap(
    chain: Chain, levels: tuple[str, ...], plan: pd.DataFrame, done: pd.DataFrame, moved: pd.DataFrame, since: date,
    until: date, *, drawn: pd.DataFrame | None = None,
) -> Gap:  # fmt: skip
    """plan: counted at the leaves; done: units; drawn: the units that the plan's side was counted from."""
    actual = pd.concat([counted(done, chain, levels), _nothing_at(moved, plan, levels)])
    leaves, before, after = sides(plan, actual, chain.links, levels)
    table = contributions(leaves, before, after, chain.links, levels)
    shift = moved.groupby(list(levels), dropna=False)[MOVED].sum().reset_index()
    table[SHARED] = np.bincount(hand_codes(shift, leaves, levels), shift[MOVED], len(leaves)).astype(np.int64)
    return Gap(
        chain=chain, levels=tuple(levels), table=table, plan=before, actual=after,
        units=_units(done, leaves, levels),
        plan_units=None if drawn is None else _units(drawn, leaves, levels),
        since=since, until=until,
    )  # fmt: skip


def _nothing_at(moved: pd.DataFrame, plan: pd.DataFrame, levels: tuple[str, ...]) -> pd.DataFrame:
    """Leaves that have shared credit and may have nothing else."""
    numbers = [name for name in plan.columns if name not in levels]
    return moved[list(levels)].drop_duplicates().assign(**dict.fromkeys(numbers, 0.0))


def _units(rows: pd.DataFrame, leaves: pd.DataFrame, levels: tuple[str, ...]) -> Units:
    return Units(
        leaf=hand_codes(rows, leaves, levels),
        mask=rows["mask"].to_numpy(),
        amount=rows["amount"].to_numpy(),
        count=rows["count"].to_numpy(),
    )
