"""Objectives beside the revenue follow the cascade and the plan: their targets are parts of what these ask for."""

from decimal import Decimal

from objectives.domain.catalogue import CATALOGUE
from objectives.domain.profiles import Personal
from objectives.domain.targets import round_target
from objectives.models import Cycle, Objective, Plan
from objectives.queries.personal import Entry, Key, People, PersonLine, people_of, removed_of
from objectives.queries.strategies import needed_counts
from objectives.queries.tree import REVENUE
from objectives.wording_reasons import reason_text

PROFILE = Objective.Source.PROFILE
CHANGED = ["target", "computed_target", "importance", "why", "parent", "version"]


def follow(cycle: Cycle, plan: Plan, company: Objective | None = None) -> None:
    """Bring the personal objectives of a draft in line with its shares, once they were taken.

    New people get theirs, and the profile's new proposals; a target that was typed stays, with the computed one beside
    it; what was taken out stays out, what is no longer proposed goes. What the company has beside its revenue is hung
    under `company`, and the counts that the strategy proposed become those that the plan asks for. `plan` is locked by
    the caller.
    """
    _follow_plan(cycle, plan, company)
    if "profiles" in plan.overrides:
        _bring_in_line(cycle, people_of(cycle, plan))


def follow_company(cycle: Cycle) -> None:
    """The same after a change of what the company has beside its revenue; nothing before there is a plan."""
    plan = Plan.objects.select_for_update().filter(cycle=cycle).first()
    if plan is not None and "profiles" in plan.overrides:
        _bring_in_line(cycle, people_of(cycle, plan))


def _follow_plan(cycle: Cycle, plan: Plan, company: Objective | None) -> None:
    needed = needed_counts(plan)
    changed = []
    for row in Objective.objects.filter(cycle=cycle, team=None, person=None, engagement=None).exclude(
        metric=REVENUE, segment=""
    ):
        count = needed.get(row.metric) if row.source == Objective.Source.MIX and not row.segment else None
        computed = row.computed_target
        if count:
            computed = Decimal(str(round_target(CATALOGUE[row.metric], count)))
        is_orphan = row.parent_id is None and company is not None
        if not is_orphan and computed == row.computed_target:
            continue
        if row.target == row.computed_target:
            row.target = computed
        row.computed_target, row.parent = computed, company if is_orphan else row.parent
        row.version += 1
        changed.append(row)
    Objective.objects.bulk_update(changed, ["target", "computed_target", "parent", "version"])


def leave_out(cycle: Cycle, row: Objective) -> None:
    """Remember that a proposal of a profile was taken out by hand, so that it is not made again."""
    plan = Plan.objects.select_for_update().filter(cycle=cycle).first()
    if row.source != PROFILE or plan is None:
        return
    removed = removed_of(plan) | {(row.person_id, row.metric)}
    plan.overrides["profiles"] = {"removed": sorted([str(person), metric] for person, metric in removed)}
    plan.save(update_fields=["overrides", "updated_at"])


def _bring_in_line(cycle: Cycle, people: People) -> None:
    entries: dict[Key, tuple[PersonLine, Entry]] = {
        (line.person.pk, entry.metric): (line, entry) for line in people.lines for entry in line.entries
    }
    made, changed, gone = [], [], []
    for (_person, metric), (line, entry) in entries.items():
        row, proposal = entry.objective, entry.proposal
        if row is not None and row.source != PROFILE:
            continue  # added by hand: the profile does not add a second one
        if entry.is_removed or proposal is None:
            gone += [row.pk] if row is not None and not (row.is_locked and not entry.is_removed) else []
        elif row is None:
            made.append(
                _written(Objective(cycle=cycle, metric=metric, source=PROFILE, version=-1), line, proposal)
            )
        elif _differs(row, line, proposal):
            changed.append(_written(row, line, proposal))
    Objective.objects.bulk_create(made)
    Objective.objects.bulk_update(changed, CHANGED, batch_size=500)
    Objective.objects.filter(pk__in=gone).delete()


def computed(proposal: Personal) -> Decimal:
    """The proposed target as the column keeps it."""
    return Decimal(str(round(proposal.target, 6)))


def _differs(row: Objective, line: PersonLine, proposal: Personal) -> bool:
    wanted = computed(proposal)
    target_moves = not row.is_locked and row.target != wanted
    return target_moves or row.computed_target != wanted or row.parent_id != line.share.pk


def _written(row: Objective, line: PersonLine, proposal: Personal) -> Objective:
    row.computed_target = computed(proposal)
    if not row.is_locked:
        row.target = row.computed_target
    if row._state.adding:
        row.person, row.why = line.person, reason_text(proposal.reason)
    row.importance, row.parent = proposal.importance, line.share
    row.version += 1
    return row
