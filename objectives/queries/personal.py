"""Personal objectives: what the profiles propose for a cycle, and what is in its draft."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from objectives.domain.catalogue import CATALOGUE, Unit
from objectives.domain.evolution import CompanyStage, company_stage
from objectives.domain.profiles import House, Personal, Profile, Seller, personal_objectives, shared_counts
from objectives.models import Cycle, Objective, Plan
from objectives.queries.capacity import capacities
from objectives.queries.levels import present_levels
from objectives.queries.strategies import needed_counts, people_who_sell
from objectives.queries.tree import REVENUE, integer
from tenants.models import Person

Key = tuple[UUID, str]  # person, metric


@dataclass(frozen=True, slots=True)
class Entry:
    """One objective of a person: what the profile proposes, what the draft has, or both."""

    metric: str
    proposal: Personal | None
    objective: Objective | None
    is_removed: bool


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person with a share of the revenue objective, minor units; ``full``: the share without the ramp."""

    person: Person
    share: Objective
    presence: float
    ramp: float
    entries: list[Entry] = field(default_factory=list)

    @property
    def quota(self) -> int | None:
        return integer(self.share.target)

    @property
    def full(self) -> int | None:
        return None if self.quota is None or not self.ramp else round(self.quota / self.ramp)


@dataclass(frozen=True, slots=True)
class People:
    """Everybody who has a share, by name, with what the profiles propose; ``is_taken``: whether it was saved once."""

    lines: list[PersonLine]
    stage: CompanyStage
    is_taken: bool

    def proposals(self) -> dict[Key, tuple[PersonLine, Personal]]:
        """Every proposal that nobody took out."""
        return {
            (line.person.pk, entry.metric): (line, entry.proposal)
            for line in self.lines
            for entry in line.entries
            if entry.proposal is not None and not entry.is_removed
        }


def people_of(cycle: Cycle, plan: Plan | None) -> People:
    """Everybody with their objectives beside the revenue share. Three queries, and those of the levels."""
    rows = list(
        Objective.objects.filter(cycle=cycle, team=None)
        .defer("calibration", "context", "outcome")
        .select_related("person", "stage")
        .order_by("id")
    )
    shares = [row for row in rows if row.person_id and row.metric == REVENUE and not row.segment]
    others: dict[UUID, list[Objective]] = defaultdict(list)
    for row in rows:
        if row.person_id and (row.metric != REVENUE or row.segment):
            others[row.person_id].append(row)
    stage = company_stage(people_who_sell(cycle))
    house = _house(cycle, plan, stage, [row for row in rows if not row.person_id])
    able = capacities(cycle, [share.person for share in shares])
    removed = removed_of(plan)
    lines = []
    for share, counts in zip(shares, _counts(house, shares), strict=True):
        presence, ramp = able[share.person_id]
        proposed = _proposed(share, plan, presence, ramp, counts, house)
        entries = _entries(share.person_id, proposed, others[share.person_id], removed)
        lines.append(PersonLine(share.person, share, presence, ramp, entries))
    lines.sort(key=lambda line: line.person.name.casefold())
    return People(lines, stage, is_taken=bool(plan is not None and "profiles" in plan.overrides))


def removed_of(plan: Plan | None) -> set[Key]:
    """What was taken out of the proposals, and stays out. No query."""
    chosen = plan.overrides.get("profiles", {}) if plan is not None else {}
    return {(UUID(person), metric) for person, metric in chosen.get("removed", [])}


def _house(cycle: Cycle, plan: Plan | None, stage: CompanyStage, company: Sequence[Objective]) -> House:
    """What the people share: the company's own objective on a count goes before what the plan asks for."""
    set_for_all = {
        row.metric: float(row.target)
        for row in company
        if row.target and not row.segment and CATALOGUE[row.metric].unit is Unit.COUNT
    }
    return House(
        stage=stage,
        weeks=(cycle.end_on - cycle.start_on).days / 7,
        needed=needed_counts(plan) | set_for_all,
        levels=present_levels(cycle).of_company(),
    )


def _counts(house: House, shares: Sequence[Objective]) -> list[dict[str, int]]:
    return shared_counts(house.needed, [float(share.target or 0) for share in shares])


def _proposed(
    share: Objective, plan: Plan | None, presence: float, ramp: float, counts: dict[str, int], house: House
) -> list[Personal]:
    seller = Seller(
        profile=Profile(share.person.profile),
        revenue=None if share.target is None else float(share.target),
        company_revenue=float(plan.revenue_minor) if plan is not None and plan.revenue_minor else None,
        ramp=ramp,
        presence=presence,
        counts=counts,
    )
    return personal_objectives(seller, house)


def _entries(
    person: UUID, proposed: Sequence[Personal], objectives: Sequence[Objective], removed: set[Key]
) -> list[Entry]:
    """Proposals in their order, each with the row that the draft has for it, then what else the person has."""
    # Of a metric, what the profile made is its row; without one, whatever the person has on the metric as a whole.
    own = {
        row.metric: row
        for row in sorted(objectives, key=lambda row: row.source == Objective.Source.PROFILE)
        if not row.segment and row.stage_id is None
    }
    entries = [
        Entry(one.metric, one, own.get(one.metric), (person, one.metric) in removed) for one in proposed
    ]
    shown = {entry.objective.pk for entry in entries if entry.objective is not None}
    return entries + [Entry(row.metric, None, row, False) for row in objectives if row.pk not in shown]
